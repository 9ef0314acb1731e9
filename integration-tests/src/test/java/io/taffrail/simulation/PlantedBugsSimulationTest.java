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
    private static final long SEEDS_WITHOUT = 4;

    private static final SimOptions ONE_REPLICA_OF_TWO_BROKERS =
            new SimOptions(3, 2, 2, 1, 1, "commit");

    /** More leaders to change, of which one may know less than a follower does. */
    private static final SimOptions MANY_PARTITIONS = new SimOptions(1, 3, 6, 3, 2, "commit");

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void isConvicted(PlantedBug bug) {
        assertThat(
                        LongStream.rangeClosed(1, SEEDS)
                                .mapToObj(seed -> run(seed, bug, bug))
                                .anyMatch(run -> bug.isConvictedBy(run.wrong())))
                .describedAs("%s within %d seeds", bug, SEEDS)
                .isTrue();
    }

    /** Where a bug is looked for among faults of its own, they must not convict what is right. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "SAME_EPOCH_RESTART",
                "STALE_ACKNOWLEDGEMENT",
                "BROKER_EPOCH_IGNORED",
                "LEADER_EPOCH_IGNORED",
                "ISR_RACES_WITH_MIN_ISR",
                "STRAYS_OF_AN_OLD_IMAGE_DELETED",
                "TORN_TAIL_TAKEN_FOR_HARMLESS"
            })
    void isNotConvictedWithout(PlantedBug bug) {
        for (long seed = 1; seed <= SEEDS_WITHOUT; seed++) {
            SimRun run = run(seed, PlantedBug.NONE, bug);
            assertThat(run.isRight()).describedAs(run.report()).isTrue();
        }
    }

    private static SimRun run(long seed, PlantedBug bug, PlantedBug lookedFor) {
        return SimRun.of(seed, options(lookedFor), bug, faults(lookedFor), WHILE);
    }

    private static SimOptions options(PlantedBug bug) {
        return switch (bug) {
            case STALE_ACKNOWLEDGEMENT -> MANY_PARTITIONS;
            case STRAYS_OF_AN_OLD_IMAGE_DELETED -> ONE_REPLICA_OF_TWO_BROKERS;
            default -> SimOptions.USUAL;
        };
    }

    /** Some show only where several things come together, which others would keep apart. */
    private static Set<SimFault> faults(PlantedBug bug) {
        return switch (bug) {
            case SAME_EPOCH_RESTART ->
                    EnumSet.of(SimFault.POWER_CUT_AT_WORK, SimFault.PAUSE, SimFault.DELAY);
            case STALE_ACKNOWLEDGEMENT -> EnumSet.of(SimFault.ELECTION, SimFault.PAIR_CUT);
            case BROKER_EPOCH_IGNORED ->
                    EnumSet.of(
                            SimFault.KILL, SimFault.ISOLATION, SimFault.PAIR_CUT, SimFault.DELAY);
            case LEADER_EPOCH_IGNORED ->
                    EnumSet.of(SimFault.ELECTION, SimFault.DELAY, SimFault.PAIR_CUT);
            case ISR_RACES_WITH_MIN_ISR ->
                    EnumSet.of(
                            SimFault.MIN_ISR_CHANGE,
                            SimFault.PAIR_CUT,
                            SimFault.ONE_WAY_CUT,
                            SimFault.DELAY);
            case STRAYS_OF_AN_OLD_IMAGE_DELETED ->
                    EnumSet.of(SimFault.MOVE, SimFault.KILL, SimFault.ISOLATION, SimFault.PAUSE);
            // An honest disk tears only what nobody acknowledged: this one also loses the rest.
            case TORN_TAIL_TAKEN_FOR_HARMLESS ->
                    EnumSet.of(SimFault.BIT_FLIP, SimFault.KILL, SimFault.POWER_CUT_AT_WORK);
            default -> SimFault.accidents();
        };
    }
}
