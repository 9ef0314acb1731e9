// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.HostPort;
import io.taffrail.node.Taffrail.Outcome;
import io.taffrail.node.Taffrail.Running;
import io.taffrail.workload.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands for clusters, as people run them, against four real nodes: what they move and change
 * while the data stays, over a stop and a new start of all.
 */
class DevClusterIT {
    private static final Duration READY_WITHIN = Duration.ofMinutes(4);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(90);
    private static final int NODES = 4;
    private static final long BYTES = 2_000_000;

    @TempDir private Path folder;

    private int port;
    private Taffrail taffrail;
    private Path file;

    @Test
    void movesEmptiesAndHandsOverAndKeepsItsData() throws Exception {
        port = freePorts();
        taffrail = new Taffrail(folder, new HostPort("127.0.0.1", port));
        file = folder.resolve("lines.txt");
        SampleFile.write(file, BYTES, 7);

        try (Running cluster = start("--nodes", Integer.toString(NODES))) {
            done("topic", "create", "orders", "--replication-factor", "3");
            done("produce", "orders", file.toString());
            assertComesOut();
            move();
            handOver();
            emptyBroker();
            assertComesOut();
            stop(cluster);
        }
        try (Running again = start()) {
            assertComesOut();
            stop(again);
        }
    }

    /** Moves the partition to three brokers that are named, then elects the second of them. */
    private void move() throws Exception {
        done(
                "cluster",
                "reassign",
                "--topic",
                "orders",
                "--partition",
                "0",
                "--to",
                "3,2,1",
                "--watch");
        assertThat(done("topic", "describe", "orders").out()).containsPattern("\n +0 .* 3,2,1 ");
        done("cluster", "elect", "--topic", "orders", "--leader", "2");
        assertThat(done("topic", "describe", "orders").out()).containsPattern("\n +0 +2 ");
    }

    private void handOver() throws Exception {
        String before = done("cluster", "quorum").out();
        done("cluster", "transfer-controller");
        assertThat(firstWords(done("cluster", "quorum").out())).isNotEqualTo(firstWords(before));
    }

    /** Such as "leader 2". */
    private static String firstWords(String quorum) {
        return quorum.substring(0, quorum.indexOf(','));
    }

    private void emptyBroker() throws Exception {
        Outcome emptied = done("broker", "decommission", "3");
        assertThat(emptied.err()).contains("broker 3 is empty");
        assertThat(done("topic", "describe", "orders").out()).doesNotContain("3,2,1");
        Outcome alive = taffrail.run("broker", "unregister", "3");
        assertThat(alive.exitCode()).isEqualTo(1);
        assertThat(alive.err()).contains("cannot unregister broker 3");
        done("broker", "decommission", "3", "--cancel");
    }

    private Outcome done(String... arguments) throws Exception {
        return taffrail.run(arguments).requireDone();
    }

    private void assertComesOut() throws Exception {
        Outcome consumed = done("consume", "orders", "--until-end");
        long size = Files.size(file);
        assertThat(Files.mismatch(consumed.outFile(), file))
                .as("the first byte that differs")
                .isIn(-1L, size); // the last line came without an end
    }

    private Running start(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("dev-cluster", "--data"));
        command.add(folder.resolve("data").toString());
        command.addAll(List.of(more));
        if (more.length > 0) {
            command.addAll(List.of("--port", Integer.toString(port)));
        }
        Running cluster = taffrail.start(command.toArray(String[]::new));
        try {
            Deadline.await("the cluster is ready", READY_WITHIN, () -> isReady(cluster));
            return cluster;
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    private static boolean isReady(Running cluster) throws IOException {
        String said = Files.readString(cluster.err());
        if (!cluster.process().isAlive()) {
            throw new AssertionError("it has ended: " + said);
        }
        return said.contains("Ctrl-C stops it");
    }

    /** As a service manager would. */
    private static void stop(Running cluster) throws Exception {
        List<ProcessHandle> nodes = cluster.process().children().toList();
        assertThat(nodes).hasSize(NODES);
        cluster.process().destroy();
        assertThat(cluster.process().waitFor(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS))
                .as("it stops")
                .isTrue();
        assertThat(nodes).as("nodes that are left").noneMatch(ProcessHandle::isAlive);
    }

    /** The first of as many in a row as the nodes take, all free a moment ago. */
    private static int freePorts() throws IOException {
        for (int first = firstTry(); first < 32_000; first += 10 * NODES) {
            if (areFree(first)) {
                return first;
            }
        }
        throw new AssertionError("no ports are free");
    }

    /** Below the ports that the operating system gives, and apart from another run's. */
    private static int firstTry() {
        return 20_000 + (int) (ProcessHandle.current().pid() % 500) * 10;
    }

    private static boolean areFree(int first) {
        for (int at = first; at < first + 10 * NODES; at++) {
            try (ServerSocket socket = new ServerSocket(at, 1, InetAddress.getLoopbackAddress())) {
                assertThat(socket.isBound()).isTrue();
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
