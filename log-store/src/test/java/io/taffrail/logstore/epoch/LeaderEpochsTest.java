// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.OffsetAndEpoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaderEpochsTest {
    private final NioFileSystem files = new NioFileSystem();

    @TempDir Path folder;

    private LeaderEpochs epochs;

    @BeforeEach
    void writeEpochs() throws IOException {
        epochs = LeaderEpochs.none(files, folder);
        epochs.begin(2, 0);
        epochs.begin(3, 10);
        epochs.begin(7, 25);
    }

    @Test
    void answersWithTheLargestEpochAtOrBelowAndItsEnd() {
        assertThat(epochs.endOf(1, 40)).isEmpty();
        assertThat(epochs.endOf(2, 40)).contains(new OffsetAndEpoch(10, 2));
        assertThat(epochs.endOf(5, 40)).contains(new OffsetAndEpoch(25, 3));
        assertThat(epochs.endOf(9, 40)).contains(new OffsetAndEpoch(40, 7));
        assertThat(epochs.epochOf(9)).hasValue(2);
        assertThat(epochs.epochOf(10)).hasValue(3);
    }

    @Test
    void isReadBackAsItWas() throws IOException {
        assertThat(LeaderEpochs.read(files, folder).orElseThrow().startOffsets())
                .isEqualTo(Map.of(2, 0L, 3, 10L, 7, 25L));
    }

    @Test
    void countsAsMissingWhenDamaged() throws IOException {
        Path file = folder.resolve("leader-epochs");
        Files.writeString(file, Files.readString(file).replace("7 25", "7 26"));
        assertThat(LeaderEpochs.read(files, folder)).isEmpty();
    }

    @Test
    void forgetsAnEpochInWhichNothingWasWritten() throws IOException {
        epochs.begin(8, 25);
        assertThat(epochs.startOffsets()).isEqualTo(Map.of(2, 0L, 3, 10L, 8, 25L));
    }

    @Test
    void truncatesAtBothEnds() {
        epochs.truncateFromEnd(25);
        assertThat(epochs.startOffsets()).isEqualTo(Map.of(2, 0L, 3, 10L));
        epochs.truncateFromStart(12);
        assertThat(epochs.startOffsets()).isEqualTo(Map.of(3, 12L));
        epochs.truncateFromEnd(0);
        assertThat(epochs.latest()).isEmpty();
    }
}
