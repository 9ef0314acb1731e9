// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.DecommissionStatus;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecommissionProgressTest {
    private final DecommissionProgress progress = new DecommissionProgress();

    private void look(int left, int stuck) {
        progress.update(
                new DecommissionStatus(
                        new BrokerSummary(3, 1, "a:1", "", BrokerSummary.State.ACTIVE, false, true),
                        left,
                        OptionalLong.of(2_000_000),
                        IntStream.range(0, stuck).mapToObj(n -> PartitionRef.of("t", n)).toList()));
    }

    @Test
    void countsFromWhatWasThereAtFirst() {
        look(10, 0);
        look(4, 1);

        assertThat(progress.text())
                .isEqualTo(
                        "[##################............]  60%, 6 of 10 replicas moved, 2.0 MB to"
                                + " copy, cannot move: 1");
    }

    @Test
    void isStuckOnlyAfterAWhileWithoutHope() {
        look(2, 2);
        assertThat(progress.isStuck()).isFalse();
        for (int n = 0; n < 20; n++) {
            look(2, 2);
        }
        assertThat(progress.isStuck()).isTrue();
        assertThat(progress.sentence(3)).contains("t-0, t-1");

        look(2, 1);

        assertThat(progress.isStuck()).isFalse();
    }

    @Test
    void namesOnlySomeOfManyThatAreStuck() {
        for (int n = 0; n < 20; n++) {
            look(9, 9);
        }
        assertThat(progress.sentence(3)).contains("t-4, …").doesNotContain("t-5");
    }
}
