// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.ReplicaDescription;
import io.taffrail.node.SampleFile;
import io.taffrail.node.Taffrail;
import io.taffrail.node.Taffrail.Running;
import io.taffrail.workload.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Partitions are moved about with the command line, while clients go on. */
@Timeout(400)
class MovesIT {
    private static final int NEWCOMER = 3;
    private static final long BYTES = 4_000_000;
    private static final Duration WHILE_THROTTLED = Duration.ofMinutes(2);

    @TempDir private static Path folder;
    private static ClusterProcesses cluster;
    private static Observer observer;
    private static Operator operator;

    @BeforeAll
    static void start() throws Exception {
        cluster =
                ClusterProcesses.start(
                        folder, ClusterLayout.combined(3).withControllers(Set.of(0)));
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
    void aNewBrokerGetsItsShareAndIsEmptiedAgain() throws Exception {
        List<List<Integer>> assignments = List.of(List.of(0, 1), List.of(1, 2), List.of(2, 0));
        TaffrailClient.await(
                observer.through(0)
                        .admin()
                        .createTopic(NewTopic.named("moved").withAssignments(assignments)));
        try (Workload workload =
                Workload.begin(cluster, NewTopic.named("steady").withAssignments(assignments))) {
            Path file = folder.resolve("lines.txt");
            SampleFile.write(file, BYTES, 3);
            operator.done("produce", "moved", file);
            ClusterNode newcomer = cluster.addBroker(NEWCOMER);
            Path plan = balancePlan();
            assertIsCancelled(plan);
            workload.awaitProgress();

            operator.done("cluster", "reassign", "--file", plan, "--throttle", "0", "--watch");
            assertThat(replicasOnNewcomer()).isPositive();
            assertThat(operator.done("cluster", "reassign", "--balance").err())
                    .contains("all is even already");
            workload.awaitProgress();

            fillNewcomer(file);
            empty();
            assertThat(replicasOnNewcomer()).isZero();
            assertThat(newcomer.terminate()).isZero();
            operator.done("broker", "unregister", NEWCOMER);
            cluster.remove(newcomer);
            observer.awaitInSync(0, "moved");
            observer.awaitInSync(0, "steady");
            assertThat(workload.judge()).isEmpty();
            assertThat(workload.failures()).isEmpty();
        }
    }

    private static Path balancePlan() throws Exception {
        Operator.Command planned =
                operator.done("cluster", "reassign", "--balance", "--dry-run", "-o", "json");
        assertThat(planned.err()).contains("nothing is done");
        assertThat(replicasOnNewcomer()).isZero();
        return Files.writeString(folder.resolve("plan.json"), planned.out());
    }

    /** So slow that it is seen under way, and taken back. */
    private static void assertIsCancelled(Path plan) throws Exception {
        assertThat(operator.done("cluster", "reassign", "--file", plan, "--throttle", "100k").err())
                .containsPattern("moving now: [1-9]");
        Deadline.await(
                "it is seen how far the moves are",
                WHILE_THROTTLED,
                () ->
                        operator.done("cluster", "reassign")
                                .out()
                                .matches("(?s).*moved-\\d .* [1-9]\\d+ +[1-9]\\d+ +100000\\n.*"));
        operator.done("cluster", "reassign", "--cancel");
        assertThat(operator.done("cluster", "reassign").err()).contains("nothing is being moved");
        assertThat(replicasOnNewcomer()).as("what was only put in another order stays so").isZero();
    }

    /** With more than its former replicas, which are set aside, have: that has to be copied. */
    private static void fillNewcomer(Path file) {
        List<List<Integer>> replicas = replicas();
        for (int partition = 0; partition < replicas.size(); partition++) {
            if (replicas.get(partition).contains(NEWCOMER)) {
                operator.done("produce", "moved", file, "--partition", partition);
            }
        }
    }

    /** Ctrl-C ends the looking on, not the work, which the same command takes up again. */
    private static void empty() throws Exception {
        Taffrail terminal = new Taffrail(folder, cluster.node(0).api());
        String[] slowly = {"broker", "decommission", "" + NEWCOMER, "--throttle", "50k"};
        try (Running interrupted = terminal.start(slowly)) {
            awaitBeingEmptied();
            interrupted.signal("INT");
            assertThat(interrupted.await().err()).contains("goes on being emptied");
        }
        Operator.Command resumed =
                operator.done("broker", "decommission", NEWCOMER, "--throttle", "0");
        assertThat(resumed.err()).contains("broker " + NEWCOMER + " is empty");
    }

    private static void awaitBeingEmptied() throws Exception {
        Deadline.await(
                "broker " + NEWCOMER + " is being emptied",
                () -> operator.done("cluster", "describe").out().contains("being emptied"));
    }

    private static List<List<Integer>> replicas() {
        return observer.topic(0, "moved").partitions().stream().map(MovesIT::brokers).toList();
    }

    private static long replicasOnNewcomer() {
        return replicas().stream().filter(brokers -> brokers.contains(NEWCOMER)).count();
    }

    private static List<Integer> brokers(PartitionDescription partition) {
        return partition.replicas().stream().map(ReplicaDescription::brokerId).toList();
    }

    @Test
    void anUncleanElectionAcceptsWhatIsLost() throws Exception {
        operator.done(
                "topic",
                "create",
                "risky",
                "--partitions",
                1,
                "--replication-factor",
                2,
                "--config",
                "min.insync.replicas=1");
        operator.done(
                "cluster",
                "reassign",
                "--topic",
                "risky",
                "--partition",
                0,
                "--to",
                "1,2",
                "--watch");
        produce("kept");
        observer.awaitInSync(0, "risky");

        cluster.node(2).kill();
        awaitIsr(List.of(1));
        produce("lost");
        cluster.node(1).kill();
        awaitLeader(-1);
        cluster.node(2).start();
        observer.awaitCluster(
                0,
                "has one partition without a leader",
                seen -> seen.health().leaderlessPartitionCount() == 1);
        assertThat(operator.run("cluster", "health").out())
                .contains("1 partition without a leader");
        assertThat(operator.run("cluster", "elect", "--topic", "risky").exitCode()).isEqualTo(1);

        operator.done("cluster", "elect", "--topic", "risky", "--unclean");
        awaitLeader(2);
        produce("after");
        cluster.node(1).start();
        observer.awaitInSync(0, "risky");
        assertThat(operator.done("consume", "risky", "--until-end").out())
                .isEqualTo("kept\nafter\n");
    }

    private static void produce(String value) throws Exception {
        Path file = Files.writeString(folder.resolve(value), value + "\n");
        operator.done("produce", "risky", file);
    }

    private static void awaitIsr(List<Integer> isr) throws Exception {
        observer.awaitPartition(
                0, "risky", 0, "has the ISR " + isr, partition -> partition.isr().equals(isr));
    }

    /** -1: nobody. */
    private static void awaitLeader(int leader) throws Exception {
        observer.awaitPartition(
                0,
                "risky",
                0,
                "is led by " + leader,
                partition -> partition.leaderId().orElse(-1) == leader);
    }
}
