// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.cluster.Fault.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The long form of {@link ClusterFaultsIT}: one cluster that lives through fault after fault, for
 * {@code -Dsoak.minutes} (60). Each round has a topic of its own, which is judged at its end.
 * {@code -Dsoak.seed} chooses the order of faults, {@code -Dsoak.faults} which there are at all.
 */
class ClusterSoakIT {
    private static final int FAULTS_PER_ROUND = 4;
    private static final int PARTITIONS = 6;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private int newcomers;

    @Test
    @Tag("soak")
    void losesNothingThroughFaultAfterFault() throws Exception {
        assumeTrue(ClusterProcesses.canRelay(), "relays need Linux to tell nodes apart");
        long seed = Long.getLong("soak.seed", new Random().nextLong());
        Random random = new Random(seed);
        Instant end = Instant.now().plus(Duration.ofMinutes(Long.getLong("soak.minutes", 60)));
        System.err.printf("soak.seed=%d; data and logs, if it fails: %s%n", seed, folder);
        try (FaultyCluster cluster = FaultyCluster.start(folder)) {
            for (int round = 0; Instant.now().isBefore(end); round++) {
                play(cluster, round, random);
            }
        }
    }

    private void play(FaultyCluster cluster, int round, Random random) throws Exception {
        NewTopic topic = FaultyCluster.topic("round-" + round, PARTITIONS, round);
        try (Workload workload = Workload.begin(cluster.processes(), topic)) {
            Stage stage = new Stage(cluster.processes(), cluster.observer(), workload);
            for (int i = 0; i < FAULTS_PER_ROUND; i++) {
                workload.awaitProgress();
                List<Fault> faults = wanted(cluster.faults(newcomers++));
                Fault fault = faults.get(random.nextInt(faults.size()));
                System.err.println(Instant.now() + " round " + round + ": " + fault);
                fault.strike(stage);
                cluster.awaitInSync(topic.topic());
            }
            assertThat(workload.judge()).isEmpty();
            assertThat(workload.failures()).isEmpty();
        }
        TaffrailClient.await(cluster.observer().through(0).admin().deleteTopic(topic.topic()));
    }

    private static List<Fault> wanted(List<Fault> faults) {
        String names = System.getProperty("soak.faults", "");
        if (names.isEmpty()) {
            return faults;
        }
        Set<String> wanted = Set.of(names.split(","));
        return faults.stream().filter(each -> wanted.contains(each.toString())).toList();
    }
}
