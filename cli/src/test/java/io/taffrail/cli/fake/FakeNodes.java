// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.model.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What child processes that stand in for nodes have in common: a {@link FakeCluster} in this
 * process, to which each {@link FakeNode} leads. A node says hello on a connection of its own; when
 * that breaks, the node is gone.
 */
public final class FakeNodes implements AutoCloseable {
    private final FakeCluster cluster;
    private final ServerSocket hellos;
    private final Path portFile;

    private FakeNodes(FakeCluster cluster, ServerSocket hellos, Path portFile) {
        this.cluster = cluster;
        this.hellos = hellos;
        this.portFile = portFile;
    }

    public static FakeNodes start() throws IOException {
        FakeNodes nodes =
                new FakeNodes(
                        FakeCluster.start(),
                        new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                        portFile(ProcessHandle.current().pid()));
        Files.writeString(
                nodes.portFile,
                nodes.hellos.getLocalPort()
                        + "\n"
                        + HostPort.parse(nodes.cluster.bootstrap()).port());
        daemon(nodes::acceptAll);
        return nodes;
    }

    /** Where a node finds the ports of the process that started it. */
    public static Path portFile(long pid) {
        return Path.of(System.getProperty("java.io.tmpdir"), "taffrail-fake-nodes-of-" + pid);
    }

    static void daemon(Runnable work) {
        Thread thread = new Thread(work, "fake-nodes");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket node = hellos.accept();
                daemon(() -> serve(node));
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    private void serve(Socket node) {
        try (node;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(node.getInputStream(), UTF_8))) {
            int id = Integer.parseInt(in.readLine());
            cluster.brokerIsUp(id, in.readLine());
            try {
                in.transferTo(java.io.Writer.nullWriter());
            } finally {
                cluster.brokerIsDown(id);
            }
        } catch (IOException e) {
            // a reset: the node was killed
        }
    }

    public FakeCluster cluster() {
        return cluster;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(portFile);
        hellos.close();
        cluster.close();
    }
}
