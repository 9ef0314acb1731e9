// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clusters that are disturbed in every way keep what they acknowledged, and serve again when all is
 * well. A failure names its seed, and those that failed after it: {@code -Dsimulation.seed=N} runs
 * one alone, {@code -Dsimulation.first=N} begins there.
 */
final class ClusterSimulationTest {
    private static final Duration WHILE = Duration.ofSeconds(15);
    private static final long SEEDS = Long.getLong("simulation.seeds", 100);
    private static final long LONG_SEEDS = Long.getLong("simulation.long.seeds", 20_000);
    private static final long FIRST = Long.getLong("simulation.first", 1);
    private static final int ENOUGH_FAILURES = 20;

    @Test
    void keepsWhatItAcknowledgedThroughEverything() {
        run(SEEDS, SimOptions.ROOMY, SimFault.all());
    }

    @Test
    void keepsWhatItAcknowledgedWithoutFsyncWhileOneMachineHasPower() {
        run(SEEDS / 2, SimOptions.ROOMY.withFlush("os"), SimFault.sparingMemory());
    }

    @Test
    void keepsWhatItAcknowledgedWithOneReplica() {
        run(SEEDS / 2, SimOptions.ALONE, SimFault.ofOneBroker());
    }

    @Tag("soak")
    @Test
    void keepsWhatItAcknowledgedThroughEverythingForLong() {
        run(LONG_SEEDS, SimOptions.ROOMY, SimFault.all());
    }

    @Tag("soak")
    @Test
    void keepsWhatItAcknowledgedWithoutFsyncForLong() {
        run(LONG_SEEDS / 4, SimOptions.ROOMY.withFlush("os"), SimFault.sparingMemory());
    }

    private static void run(long seeds, SimOptions options, Set<SimFault> faults) {
        Long only = Long.getLong("simulation.seed");
        if (only != null) {
            requireNoneWrong(wrong(SimRun.of(only, options, PlantedBug.NONE, faults, WHILE)));
            return;
        }
        List<SimRun> wrong = new ArrayList<>();
        Map<SimFault, Integer> done = new EnumMap<>(SimFault.class);
        long acknowledged = 0;
        long lateArrivals = 0;
        for (long seed = FIRST; seed < FIRST + seeds && wrong.size() < ENOUGH_FAILURES; seed++) {
            SimRun run = SimRun.of(seed, options, PlantedBug.NONE, faults, WHILE);
            wrong.addAll(wrong(run));
            run.done().forEach((fault, times) -> done.merge(fault, times, Integer::sum));
            acknowledged += run.acknowledged();
            lateArrivals += run.lateArrivals();
        }
        requireNoneWrong(wrong);
        assertThat(done.keySet()).describedAs("faults that took place").isEqualTo(faults);
        assertThat(acknowledged).isGreaterThan(seeds * 10);
        assertThat(lateArrivals).describedAs("what was overtaken").isPositive();
    }

    private static List<SimRun> wrong(SimRun run) {
        return run.isRight() ? List.of() : List.of(run);
    }

    private static void requireNoneWrong(List<SimRun> wrong) {
        assertThat(wrong.stream().map(SimRun::seed))
                .describedAs(wrong.stream().findFirst().map(SimRun::report).orElse("none"))
                .isEmpty();
    }

    @Test
    void theSameSeedMakesTheSameRun() {
        assertThat(trace(5)).isEqualTo(trace(5)).isNotEqualTo(trace(6));
    }

    private static Iterable<String> trace(long seed) {
        return SimRun.of(seed, SimOptions.USUAL, PlantedBug.NONE, SimFault.all(), WHILE).trace();
    }
}
