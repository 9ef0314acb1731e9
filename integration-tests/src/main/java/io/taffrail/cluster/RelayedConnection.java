// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A connection through a {@link Relay}: two sockets, and a thread for each direction. */
final class RelayedConnection {
    private static final int PIECE_BYTES = 64 << 10;

    private final Socket accepted;
    private final Socket onward = new Socket();
    private final int node;
    private final Links links;
    private volatile Thread there;
    private volatile Thread back;

    /**
     * @param node at the far end
     */
    RelayedConnection(Socket accepted, int node, Links links) {
        this.accepted = accepted;
        this.node = node;
        this.links = links;
    }

    /** Passes on what comes, until one side ends or it is reset. */
    void run(int from, HostPort target) {
        there = Thread.currentThread();
        try {
            accepted.setTcpNoDelay(true);
            links.pass(from, node); // what opens a connection is held too
            onward.setTcpNoDelay(true);
            onward.connect(new InetSocketAddress(target.host(), target.port()));
            back = new Thread(() -> pump(onward, accepted, node, from), "relayed-back");
            back.setDaemon(true);
            back.start();
            pump(accepted, onward, from, node);
            back.join();
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by a reset
        } finally {
            close(accepted);
            close(onward);
        }
    }

    private void pump(Socket source, Socket sink, int from, int to) {
        try {
            InputStream in = source.getInputStream();
            byte[] piece = new byte[PIECE_BYTES];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                links.pass(from, to);
                sink.getOutputStream().write(piece, 0, length);
            }
            links.pass(from, to);
            sink.shutdownOutput();
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by a reset
        }
    }

    /** Ends it for both sides at once, as a crash does. */
    void reset() {
        closeAtOnce(accepted);
        closeAtOnce(onward);
        interrupt(there);
        interrupt(back);
    }

    /** What is held has nobody to go to any more. */
    private static void interrupt(Thread thread) {
        if (thread != null && !thread.equals(Thread.currentThread())) {
            thread.interrupt();
        }
    }

    private static void closeAtOnce(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // RST, not FIN
        } catch (IOException e) {
            // closed already
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // there is nothing left to end
        }
    }
}
