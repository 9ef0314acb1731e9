// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.peer;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.taffrail.model.HostPort;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Connections over the network, in plaintext. */
public final class NettyChannelFactory implements ChannelFactory {
    /** As large as an entry can be, and what stands around it: senders keep to smaller limits. */
    private static final int MAX_MESSAGE_BYTES = 257 << 20;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Servers forbid pings that come more often than every 10 s. */
    private static final Duration PING_INTERVAL = Duration.ofSeconds(12);

    private static final Duration PING_TIMEOUT = Duration.ofSeconds(5);

    @Override
    public ManagedChannel open(HostPort address) {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .disableRetry() // P14: a lost write is not repeated behind our back
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                .keepAliveTime(PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveWithoutCalls(true)
                .build();
    }
}
