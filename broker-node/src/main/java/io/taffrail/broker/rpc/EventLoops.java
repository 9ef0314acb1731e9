// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A server's own threads: one that accepts, and those that serve. Of java.nio, as measured no
 * slower than epoll here, which would be another native library.
 *
 * @param acceptor accepts connections, and has time left for timers
 * @param workers one thread for each connection at a time, twice as many as processors
 */
record EventLoops(EventLoopGroup acceptor, EventLoopGroup workers) implements AutoCloseable {
    /** Threads elsewhere may still be about to write to a stream that is gone. */
    private static final long QUIET_MS = 100;

    private static final long STOP_MS = 2_000;

    static EventLoops start() {
        return new EventLoops(
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("api-accept", true), NioIoHandler.newFactory()),
                new MultiThreadIoEventLoopGroup(
                        0, new DefaultThreadFactory("api", true), NioIoHandler.newFactory()));
    }

    ScheduledExecutorService timer() {
        return acceptor;
    }

    /** Lets the threads end; does not wait for them. */
    @Override
    public void close() {
        var unused = acceptor.shutdownGracefully(QUIET_MS, STOP_MS, TimeUnit.MILLISECONDS);
        unused = workers.shutdownGracefully(QUIET_MS, STOP_MS, TimeUnit.MILLISECONDS);
    }
}
