// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both replicas fail one after the other, and an operator gives up what only the second had. */
@Timeout(400)
class UncleanElectionIT {
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
                .contains("1 partitions without a leader");
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
