// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Addresses of a node on the loopback interface.
 *
 * @param api where clients reach the node
 */
public record NodeAddresses(HostPort api, HostPort raft, HostPort http) {
    private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
    private static final int PORTS_OF_A_NODE = 3;

    /**
     * For so many nodes, on ports that were free a moment ago, all different. Another process may
     * take one before the node does: then the nodes are to be started with others.
     */
    static List<NodeAddresses> free(int nodes) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            List<NodeAddresses> all = new ArrayList<>();
            for (int node = 0; node < nodes; node++) {
                HostPort[] ports = new HostPort[PORTS_OF_A_NODE];
                for (int port = 0; port < PORTS_OF_A_NODE; port++) {
                    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    sockets.add(socket);
                    ports[port] = new HostPort(HOST, socket.getLocalPort());
                }
                all.add(new NodeAddresses(ports[0], ports[1], ports[2]));
            }
            return all;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Three ports in a row. */
    static NodeAddresses from(int firstPort) {
        return new NodeAddresses(
                new HostPort(HOST, firstPort),
                new HostPort(HOST, firstPort + 1),
                new HostPort(HOST, firstPort + 2));
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    static NodeAddresses parse(String text) {
        List<HostPort> addresses = Stream.of(text.split(",")).map(HostPort::parse).toList();
        if (addresses.size() != PORTS_OF_A_NODE) {
            throw new IllegalArgumentException("'" + text + "' is not three addresses");
        }
        return new NodeAddresses(addresses.get(0), addresses.get(1), addresses.get(2));
    }

    String toText() {
        return Stream.of(api, raft, http).map(HostPort::toString).collect(Collectors.joining(","));
    }
}
