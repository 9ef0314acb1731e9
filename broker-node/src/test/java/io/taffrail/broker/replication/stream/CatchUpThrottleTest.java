// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.testsupport.SimulatedClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CatchUpThrottleTest {
    private static final long MIB = 1 << 20;

    private final SimulatedClock clock = new SimulatedClock();

    /** What one who always wants more gets in so many seconds. */
    private long taken(CatchUpThrottle throttle, int seconds) {
        long taken = 0;
        for (int i = 0; i < seconds * 10; i++) {
            clock.advance(Duration.ofMillis(100));
            taken += throttle.take(8 * MIB);
        }
        return taken;
    }

    @Test
    void givesAsMuchInASecondAsItIsSetTo() {
        CatchUpThrottle throttle = new CatchUpThrottle(clock, 10 * MIB);
        assertThat(taken(throttle, 20)).isBetween(190 * MIB, 200 * MIB);
    }

    @Test
    void canBeChangedWhileItIsInUse() {
        CatchUpThrottle throttle = new CatchUpThrottle(clock, MIB);
        assertThat(taken(throttle, 10)).isLessThanOrEqualTo(10 * MIB);
        throttle.setBytesPerSecond(10 * MIB);
        assertThat(taken(throttle, 10)).isGreaterThan(90 * MIB);
        throttle.setBytesPerSecond(CatchUpThrottle.UNLIMITED);
        assertThat(throttle.take(1L << 40)).isEqualTo(1L << 40);
        throttle.setBytesPerSecond(MIB);
        assertThat(taken(throttle, 10)).isLessThanOrEqualTo(11 * MIB);
    }

    @Test
    void letsNothingPileUpWhileNobodyAsks() {
        CatchUpThrottle throttle = new CatchUpThrottle(clock, 4 * MIB);
        clock.advance(Duration.ofHours(1));
        assertThat(throttle.take(100 * MIB) + throttle.take(100 * MIB)).isLessThanOrEqualTo(MIB);
    }

    @Test
    void leavesSomethingForOthersWhoAsk() {
        CatchUpThrottle throttle = new CatchUpThrottle(clock, 40 * MIB);
        clock.advance(Duration.ofSeconds(1));
        long first = throttle.take(100 * MIB);
        long second = throttle.take(100 * MIB);
        assertThat(second).isBetween(first / 2 - 1, first / 2 + 1);
    }

    @Test
    void givesBytesEvenAtTheLowestLimit() {
        CatchUpThrottle throttle = new CatchUpThrottle(clock, 10);
        assertThat(taken(throttle, 100)).isBetween(500L, 1000L);
    }

    @Test
    void refusesALimitOfNothing() {
        assertThatThrownBy(() -> new CatchUpThrottle(clock, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
