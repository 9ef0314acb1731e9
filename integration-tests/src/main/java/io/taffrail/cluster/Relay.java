// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Stands in front of one port of a node: takes connections in its place and passes bytes on as
 * {@link Links} allow. While the node is dead it refuses connections as the node's port would.
 */
final class Relay implements AutoCloseable {
    private final HostPort address;
    private final HostPort target;
    private final int node;
    private final Links links;
    private final ToIntFunction<Socket> opener;
    private final Set<RelayedConnection> connections = ConcurrentHashMap.newKeySet();
    private ServerSocket server;
    private Thread acceptor;
    private Thread waiting;

    /**
     * Does not listen yet.
     *
     * @param address where it listens
     * @param target the node's own port
     * @param node whose port it is
     * @param opener tells which node opened a connection, or {@link Links#CLIENTS}
     */
    Relay(HostPort address, HostPort target, int node, Links links, ToIntFunction<Socket> opener) {
        this.address = address;
        this.target = target;
        this.node = node;
        this.links = links;
        this.opener = opener;
    }

    HostPort address() {
        return address;
    }

    /** Takes connections as soon as the node's own port does. Returns at once. */
    synchronized void openWithNode() {
        if (waiting == null) {
            waiting = start(this::awaitNode, "relay-waits-" + address.port());
        }
    }

    private void awaitNode() {
        try {
            while (!isThere()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            open();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the node is gone again
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isThere() {
        try (Socket probe = new Socket(target.host(), target.port())) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes connections, if it does not yet. */
    synchronized void open() throws IOException {
        if (server != null) {
            return;
        }
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(address.host(), address.port()));
        server = socket;
        acceptor = start(() -> acceptAll(socket), "relay-" + address.port());
    }

    private void acceptAll(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                accept(socket.accept());
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void accept(Socket accepted) {
        RelayedConnection connection = new RelayedConnection(accepted, node, links);
        connections.add(connection);
        start(
                () -> {
                    try {
                        connection.run(opener.applyAsInt(accepted), target);
                    } finally {
                        connections.remove(connection);
                    }
                },
                "relayed-" + address.port());
    }

    /** A test that is over must not be held by one that is stuck. */
    private static Thread start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Refuses connections from now on; those that stand go on. */
    synchronized void refuse() throws IOException {
        if (waiting != null) {
            waiting.interrupt();
            waiting = null;
        }
        if (server != null) {
            server.close();
            server = null;
            awaitEnd(acceptor); // while it is in accept(), the system goes on listening
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Resets all connections. */
    void reset() {
        connections.forEach(RelayedConnection::reset);
    }

    @Override
    public void close() throws IOException {
        refuse();
        reset();
    }
}
