// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Addresses on the loopback interface whose ports were free a moment ago. Another process may take
 * one before the node does: then the node is to be started with others.
 *
 * @param api where clients reach the node
 */
record NodeAddresses(HostPort api, HostPort raft, HostPort http) {
    /** Three with ports that differ, chosen by the operating system. */
    static NodeAddresses free() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket api = new ServerSocket(0, 1, loopback);
                ServerSocket raft = new ServerSocket(0, 1, loopback);
                ServerSocket http = new ServerSocket(0, 1, loopback)) {
            return new NodeAddresses(addressOf(api), addressOf(raft), addressOf(http));
        }
    }

    private static HostPort addressOf(ServerSocket socket) {
        return new HostPort(socket.getInetAddress().getHostAddress(), socket.getLocalPort());
    }
}
