// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetentionClockTest {
    private static final class HandClock implements Clock {
        private long wallMs = 1_000_000;
        private long nanos;

        @Override
        public long wallMs() {
            return wallMs;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        void pass(Duration duration) {
            wallMs += duration.toMillis();
            nanos += duration.toNanos();
        }
    }

    private final HandClock clock = new HandClock();
    private final RetentionClock retention = new RetentionClock(clock);

    @Test
    void tellsTheTimeWhileTheClockRunsTrue() {
        clock.pass(Duration.ofDays(30));
        clock.wallMs += 59_000;
        assertThat(retention.nowMs()).hasValue(clock.wallMs);
    }

    @Test
    void pausesWhileTheClockIsAheadAndGoesOnWhenItIsBack() {
        clock.wallMs += Duration.ofDays(400).toMillis();
        assertThat(retention.nowMs()).isEmpty();
        clock.pass(Duration.ofHours(1));
        assertThat(retention.nowMs()).isEmpty();
        clock.wallMs -= Duration.ofDays(400).toMillis();
        assertThat(retention.nowMs()).hasValue(clock.wallMs);
    }

    @Test
    void mayStepBack() {
        clock.wallMs -= Duration.ofDays(1).toMillis();
        assertThat(retention.nowMs()).hasValue(clock.wallMs);
    }
}
