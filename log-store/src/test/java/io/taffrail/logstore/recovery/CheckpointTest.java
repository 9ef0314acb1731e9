// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static final Checkpoint CHECKPOINT =
            new Checkpoint(new TopicPartition("orders", new TopicId(1, 2), 3), 120, 21, 120, 0, 0);

    /** The example in docs/format.md; its checksum was computed outside of the project. */
    private static final String ON_DISK =
            """
            taffrail-checkpoint 1
            topic orders
            topic_id 00000000-0000-0001-0000-000000000002
            partition 3
            recovery_point 120
            log_start_offset 21
            high_watermark 120
            tombstone_horizon 0
            compacted_end_offset 0
            crc32c cc4de34e
            """;

    private final NioFileSystem files = new NioFileSystem();

    @TempDir Path folder;

    @Test
    void isWrittenAsDocumented() throws IOException {
        CHECKPOINT.write(files, folder);
        assertThat(folder.resolve("checkpoint")).hasContent(ON_DISK);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void isReadAsDocumented() throws IOException {
        assertThat(Checkpoint.read(files, folder)).isEmpty();
        Files.writeString(folder.resolve("checkpoint"), ON_DISK);
        assertThat(Checkpoint.read(files, folder)).contains(CHECKPOINT);
    }

    @Test
    void everyChangedByteIsNoticed() throws IOException {
        Path file = folder.resolve("checkpoint");
        for (int at = 0; at < ON_DISK.length(); at++) {
            StringBuilder changed = new StringBuilder(ON_DISK);
            changed.setCharAt(at, (char) (ON_DISK.charAt(at) ^ 1));
            Files.writeString(file, changed);
            assertThatThrownBy(() -> Checkpoint.read(files, folder))
                    .isInstanceOf(DamagedFileException.class);
        }
    }
}
