// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class RoundGatheringTest {
    private static final long ROUND_NANOS = Duration.ofMillis(1).toNanos();
    private static final long STEP_NANOS = ROUND_NANOS / 10;

    private long nowNanos;
    private long stepNanos = STEP_NANOS;
    private final AtomicInteger looks = new AtomicInteger();

    /** Passes by a step each time somebody looks at it. */
    private final Clock clock =
            new Clock() {
                @Override
                public long wallMs() {
                    return 0;
                }

                @Override
                public long nanoTime() {
                    nowNanos += stepNanos;
                    return nowNanos;
                }
            };

    private final RoundGathering gathering = new RoundGathering(clock);

    private IntSupplier always(int waiting) {
        return () -> {
            looks.incrementAndGet();
            return waiting;
        };
    }

    /** One more at each look. */
    private IntSupplier growing() {
        return looks::incrementAndGet;
    }

    private boolean waitsFor(IntSupplier waiting) {
        looks.set(0);
        gathering.gather(waiting);
        return looks.get() > 1;
    }

    @Test
    void aLoneAppenderWaitsForNobody() {
        assertThat(waitsFor(always(1))).isFalse();
        gathering.noteRound(ROUND_NANOS, 1);
        assertThat(waitsFor(always(1))).isFalse();
        assertThat(nowNanos).isZero();
    }

    @Test
    void waitsUntilAllAreBack() {
        gathering.noteRound(ROUND_NANOS, 4);
        assertThat(waitsFor(growing())).isTrue();
        assertThat(looks).hasValue(4);
        gathering.noteRound(ROUND_NANOS, 3);
        assertThat(waitsFor(growing())).isTrue();
        assertThat(looks).hasValue(3);
    }

    @Test
    void waitsNoLongerThanHalfARound() {
        gathering.noteRound(ROUND_NANOS, 4);
        assertThat(waitsFor(always(1))).isTrue();
        assertThat(nowNanos).isBetween(ROUND_NANOS / 2, ROUND_NANOS / 2 + 2 * STEP_NANOS);
    }

    @Test
    void waitsNoLongerThanAMillisecondHoweverSlowTheDisk() {
        gathering.noteRound(Duration.ofSeconds(10).toNanos(), 4);
        assertThat(waitsFor(always(1))).isTrue();
        assertThat(nowNanos).isLessThan(Duration.ofMillis(1).toNanos() + 2 * STEP_NANOS);
    }

    @Test
    void waitsLessAndLessOftenForThoseWhoDoNotCome() {
        StringBuilder waited = new StringBuilder();
        for (int round = 0; round < 20; round++) {
            gathering.noteRound(ROUND_NANOS, 4);
            waited.append(waitsFor(always(1)) ? 'w' : '.');
        }
        assertThat(waited).hasToString("w.w...w.......w.....");
    }

    @Test
    void waitsAgainForThoseWhoCameBack() {
        gathering.noteRound(ROUND_NANOS, 4);
        assertThat(waitsFor(always(1))).isTrue();
        assertThat(waitsFor(growing())).isFalse();
        assertThat(waitsFor(growing())).isTrue();
        assertThat(waitsFor(growing())).isTrue();
    }

    @Test
    void endsOnAClockThatStandsStill() {
        stepNanos = 0;
        gathering.noteRound(ROUND_NANOS, 4);
        assertThat(waitsFor(always(1))).isTrue();
        assertThat(nowNanos).isZero();
    }
}
