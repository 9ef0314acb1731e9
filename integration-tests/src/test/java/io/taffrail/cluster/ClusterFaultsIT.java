// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taffrail.client.admin.NewTopic;
import io.taffrail.cluster.Fault.Stage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three nodes, one fault at a time, clients that go on: nothing is lost, and nothing is stuck.
 * {@code -Dfault} names the only one to play.
 */
class ClusterFaultsIT {
    private static final int PARTITIONS = 3;

    @TempDir private static Path folder;
    private static FaultyCluster cluster;
    private static int victims;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(ClusterProcesses.canRelay(), "relays need Linux to tell nodes apart");
        cluster = FaultyCluster.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    static List<Fault> faults() {
        String only = System.getProperty("fault", "");
        return cluster.faults(0).stream()
                .filter(fault -> only.isEmpty() || only.equals(fault.toString()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void losesNothingAndGoesOn(Fault fault) throws Exception {
        NewTopic topic =
                FaultyCluster.topic(
                        fault.toString().toLowerCase(Locale.ROOT), PARTITIONS, victims++);
        try (Workload workload = Workload.begin(cluster.processes(), topic)) {
            workload.awaitProgress();
            fault.strike(new Stage(cluster.processes(), cluster.observer(), workload));
            cluster.awaitInSync(workload.name());
            assertThat(workload.judge()).isEmpty();
            assertThat(workload.failures()).isEmpty();
        }
    }
}
