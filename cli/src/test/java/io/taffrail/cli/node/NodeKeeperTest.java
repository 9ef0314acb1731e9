// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.fake.FakeNode;
import io.taffrail.cli.fake.FakeNodes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With child processes that stand in for nodes. */
@Timeout(120)
class NodeKeeperTest {
    private static final Duration SOON = Duration.ofMillis(10);

    @TempDir private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private FakeNodes nodes;
    private LocalCluster cluster;

    @BeforeEach
    void start() throws Exception {
        nodes = FakeNodes.start();
        cluster = LocalCluster.onFreePorts(FakeNode.class.getName(), folder, 2);
        cluster.start();
        cluster.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.killAll();
        nodes.close();
    }

    private NodeKeeper keeper(Duration longLife) {
        return new NodeKeeper(cluster, new PrintStream(said, true, UTF_8), SOON, longLife);
    }

    @Test
    void aNodeThatWasKilledIsStartedAgain() throws Exception {
        long killed = cluster.pid(1);
        CompletableFuture<Void> keeping =
                CompletableFuture.runAsync(() -> run(keeper(Duration.ZERO)));

        assertThat(ProcessHandle.of(killed).orElseThrow().destroyForcibly()).isTrue();

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (cluster.pid(1) == killed) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
        cluster.awaitReady();
        assertThat(said.toString(UTF_8))
                .contains("node 1 (process " + killed + ") has ended, with exit code 137");
        cluster.stop();
        keeping.get(60, TimeUnit.SECONDS);
    }

    private static void run(NodeKeeper keeper) {
        try {
            keeper.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void onesThatEndSoonAfterTheirStartAreGivenUp() {
        assertThat(ProcessHandle.of(cluster.pid(0)).orElseThrow().destroyForcibly()).isTrue();
        assertThat(ProcessHandle.of(cluster.pid(1)).orElseThrow().destroyForcibly()).isTrue();

        assertThatThrownBy(keeper(Duration.ofHours(1))::run)
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("no node is left");
        assertThat(said.toString(UTF_8))
                .contains("soon after its start, and is not started again", folder.toString());
    }

    @Test
    void nothingIsStartedAnyMoreOnceTheClusterStops() {
        cluster.stop();

        assertThat(cluster.isStopping()).isTrue();
        assertThatThrownBy(() -> cluster.start(0)).hasMessageContaining("stopped while node 0");
    }
}
