// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.QuorumPeer;
import io.taffrail.workload.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's whole disk is lost, and it goes on with an empty one; clients go on meanwhile. */
@Timeout(300)
@Tag("soak")
class LostDiskIT {
    private static final int BROKER_ONLY = 3;

    @TempDir private static Path folder;
    private static ClusterProcesses cluster;
    private static Observer observer;
    private static Operator operator;

    @BeforeAll
    static void start() throws Exception {
        cluster =
                ClusterProcesses.start(
                        folder,
                        ClusterLayout.combined(3).withBrokers(Set.of(0, 1, 2, BROKER_ONLY)));
        observer = new Observer(cluster);
        operator = new Operator(cluster);
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            observer.close();
            cluster.close();
        }
    }

    @Test
    void aControllersNewDiskTakesOverItsVoteAndItsReplicas() throws Exception {
        try (Workload workload = Workload.begin(cluster, FaultyCluster.topic("both", 3, 0))) {
            workload.awaitProgress();
            int active = observer.activeController(BROKER_ONLY);
            ClusterNode victim = cluster.node(active);
            String lostDirectory = directory(active);
            loseDisk(victim);
            awaitTurnedAway(victim);
            workload.awaitProgress();

            Operator.Command replacing = operator.start("cluster", "replace-disk", active);
            Deadline.await(
                    "it is said what to do next",
                    () -> replacing.isDone() || replacing.err().contains("start the node now"));
            victim.start();

            assertThat(replacing.requireDone().err())
                    .containsSubsequence(
                            "broker " + active + ": its old disk is given up",
                            "start the node now",
                            "controller " + active + ": the disk that it runs on has its vote");
            assertWhole(workload);
            assertThat(directory(active)).isNotEqualTo(lostDirectory);
            operator.awaitHealthy();
        }
    }

    @Test
    void aBrokersNewDiskIsFilledAnew() throws Exception {
        NewTopic topic =
                NewTopic.named("broker-only")
                        .withAssignments(
                                List.of(List.of(BROKER_ONLY, 0, 1), List.of(1, BROKER_ONLY, 2)));
        try (Workload workload = Workload.begin(cluster, topic)) {
            workload.awaitProgress();
            ClusterNode victim = cluster.node(BROKER_ONLY);
            loseDisk(victim);
            workload.awaitProgress();

            Operator.Command replaced = operator.done("cluster", "replace-disk", BROKER_ONLY);
            assertThat(replaced.err())
                    .contains("its old disk is given up, replicas to be filled anew: 2")
                    .contains("start node " + BROKER_ONLY);
            victim.start();

            assertWhole(workload);
            assertThat(operator.run("cluster", "replace-disk", BROKER_ONLY).err())
                    .contains("its disk is in use");
        }
    }

    private static void loseDisk(ClusterNode node) throws Exception {
        node.kill();
        node.loseDisk();
        observer.awaitFenced(observer.otherThan(node.id()), node.id());
    }

    /** An empty disk might only be one that is not mounted. */
    private static void awaitTurnedAway(ClusterNode node) throws Exception {
        node.launch();
        Deadline.await("node " + node.id() + " ends", () -> !node.isAlive());
        assertThat(node.process().log())
                .contains("mount that disk")
                .contains("taffrail cluster replace-disk " + node.id());
    }

    private static void assertWhole(Workload workload) throws Exception {
        for (ClusterNode node : cluster.nodes()) {
            observer.awaitInSync(node.id(), workload.name());
        }
        assertThat(workload.judge()).isEmpty();
        assertThat(workload.failures()).isEmpty();
    }

    /** The disk with the vote of a node, which has only one. */
    private static String directory(int node) throws IOException {
        List<QuorumPeer> peers =
                TaffrailClient.await(observer.through(BROKER_ONLY).admin().describeQuorum())
                        .peers();
        assertThat(peers).extracting(QuorumPeer::nodeId).containsExactlyInAnyOrder(0, 1, 2);
        return peers.stream()
                .filter(peer -> peer.nodeId() == node)
                .findFirst()
                .orElseThrow()
                .directoryId();
    }
}
