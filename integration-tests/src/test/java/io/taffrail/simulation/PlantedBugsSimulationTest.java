// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulation that finds nothing proves nothing: these are found within the usual seeds. */
final class PlantedBugsSimulationTest {
    private static final Duration WHILE = Duration.ofSeconds(15);
    private static final long SEEDS = 300;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "STALE_ACKNOWLEDGEMENT"})
    void isConvicted(PlantedBug bug) {
        assertThat(
                        LongStream.rangeClosed(1, SEEDS)
                                .mapToObj(seed -> run(seed, bug))
                                .anyMatch(run -> !run.isRight()))
                .describedAs("%s within %d seeds", bug, SEEDS)
                .isTrue();
    }

    private static SimRun run(long seed, PlantedBug bug) {
        return SimRun.of(seed, SimOptions.USUAL, bug, faults(bug), WHILE);
    }

    /** A process has to be back before it is missed for that bug to show. */
    private static Set<SimFault> faults(PlantedBug bug) {
        return bug == PlantedBug.SAME_EPOCH_RESTART
                ? EnumSet.of(SimFault.POWER_CUT_AT_WORK, SimFault.PAUSE, SimFault.DELAY)
                : SimFault.all();
    }
}
