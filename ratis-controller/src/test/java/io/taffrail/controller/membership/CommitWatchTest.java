// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitWatchTest {
    private final CommitWatch watch = new CommitWatch(Duration.ofSeconds(5));

    private boolean standsStill(long committed, long last, long seconds) {
        return watch.standsStill(committed, last, Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void findsThatNothingIsCommittedHoweverMuchComes() {
        assertThat(standsStill(7, 8, 100)).isFalse();
        assertThat(standsStill(7, 20, 104)).isFalse();
        assertThat(standsStill(7, 30, 105)).isTrue();
    }

    @Test
    void leavesAloneWhatMovesOnOrHasNothingToCommit() {
        assertThat(standsStill(7, 8, 100)).isFalse();
        assertThat(standsStill(8, 12, 104)).as("slow, not stuck").isFalse();
        assertThat(standsStill(12, 12, 108)).as("idle").isFalse();
        assertThat(standsStill(12, 12, 200)).as("still idle").isFalse();
        assertThat(standsStill(12, 13, 201)).as("idle no more").isFalse();
    }

    @Test
    void beginsAnewAfterAReset() {
        assertThat(standsStill(7, 8, 100)).isFalse();
        watch.reset();
        assertThat(standsStill(7, 8, 105)).isFalse();
        assertThat(standsStill(7, 8, 110)).isTrue();
    }
}
