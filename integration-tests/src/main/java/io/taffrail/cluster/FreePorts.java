// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for processes that must be named before they listen, and that are taken again after a
 * restart. They lie below the range from which systems choose ports of outgoing connections, so
 * that none of these takes one in between.
 */
final class FreePorts {
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST, LAST));

    private FreePorts() {}

    /** An address on this machine at which nothing listens, given once. */
    static HostPort next() {
        for (int i = FIRST; i < LAST; i++) {
            int port = NEXT.getAndUpdate(each -> each + 1 < LAST ? each + 1 : FIRST);
            if (isFree(port)) {
                return new HostPort("127.0.0.1", port);
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST + " to " + LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
