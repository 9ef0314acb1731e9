// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SimulatedClockTest {
    private final SimulatedClock clock = new SimulatedClock(1_000);

    @Test
    void standsStillUntilItIsMoved() {
        long nanos = clock.nanoTime();
        assertThat(clock.wallMs()).isEqualTo(1_000);
        assertThat(clock.nanoTime()).isEqualTo(nanos);
    }

    @Test
    void advancesBothClocks() {
        long nanos = clock.nanoTime();
        clock.advance(Duration.ofNanos(1_500_000));
        clock.advance(Duration.ofNanos(1_500_000));
        assertThat(clock.wallMs()).isEqualTo(1_003);
        assertThat(clock.nanoTime() - nanos).isEqualTo(3_000_000);
    }

    @Test
    void stepsTheWallClockAlone() {
        long nanos = clock.nanoTime();
        clock.stepWall(Duration.ofMillis(-400));
        assertThat(clock.wallMs()).isEqualTo(600);
        assertThat(clock.nanoTime()).isEqualTo(nanos);
    }

    @Test
    void doesNotRunBackwards() {
        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofNanos(-1)));
    }
}
