// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes at once what is accepted beyond a number of connections, so that neither descriptors nor
 * memory run out. Stands in the pipeline of a listening channel, before what takes connections in.
 */
public final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);

    private final int maxConnections;
    private final AtomicInteger open = new AtomicInteger();

    /** Touched by the listening channel's event loop only. */
    private boolean full;

    public ConnectionLimit(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    /** Connections at present. Any thread. */
    public int open() {
        return open.get();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel connection = (Channel) message;
        if (open.get() >= maxConnections) {
            refuse(connection);
            return;
        }
        full = false;
        open.incrementAndGet();
        connection.closeFuture().addListener(closed -> open.decrementAndGet());
        context.fireChannelRead(message);
    }

    private void refuse(Channel connection) {
        if (!full) { // one line for each time that the limit is reached, not for each attempt
            full = true;
            LOG.warn(
                    "connection from {} refused: {} are open, as many as api.max.connections allows",
                    connection.remoteAddress(),
                    maxConnections);
        }
        connection.unsafe().closeForcibly(); // not registered yet: nothing else can close it
    }
}
