// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for what must be named before it listens, and that are taken again after a restart. They
 * lie below the range from which systems choose ports of outgoing connections, so that none of
 * these takes one in between.
 */
public final class FreePorts {
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST, LAST));

    private FreePorts() {}

    /** An address on this machine at which nothing listens, given once. */
    public static HostPort next() {
        for (int i = FIRST; i < LAST; i++) {
            int port = NEXT.getAndUpdate(each -> each + 1 < LAST ? each + 1 : FIRST);
            if (isFree(port)) {
                return new HostPort("127.0.0.1", port);
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST + " to " + LAST);
    }

    /**
     * Waits until a server that was closed in this process has let go of its port. Java closes a
     * channel that a selector knows only in the selector's next turn, after it was said to be
     * closed.
     */
    public static void awaitFree(int port) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isFree(port)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new IllegalStateException("port " + port + " is not let go of");
            }
            Thread.sleep(1);
        }
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
