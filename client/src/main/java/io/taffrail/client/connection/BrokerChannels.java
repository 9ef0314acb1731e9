// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.taffrail.client.ClientSettings;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections to brokers, made when first asked for, and which addresses lately failed. Those
 * are passed over for a while where there is another way. For any thread.
 */
public final class BrokerChannels implements AutoCloseable {
    /** Batches may be larger than gRPC's usual limit; what arrives is bounded by credit. */
    private static final int MAX_MESSAGE_BYTES = 256 << 20;

    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST_OUTAGE = Duration.ofMillis(500);
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private record Key(HostPort address, Traffic traffic) {}

    private record Outage(long untilNanos, Duration length) {}

    private final ClientSettings settings;
    private final Clock clock;
    private final Map<Key, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final Map<HostPort, Outage> outages = new ConcurrentHashMap<>();
    private final Map<HostPort, Long> heardNanos = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public BrokerChannels(ClientSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A connection, which may still have to be made.
     *
     * @throws IllegalStateException if the client is closed
     */
    public ManagedChannel channel(HostPort address, Traffic traffic) {
        ManagedChannel channel =
                channels.computeIfAbsent(new Key(address, traffic), key -> open(address));
        if (closed) {
            channel.shutdownNow();
            throw new IllegalStateException("the client is closed");
        }
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.enterIdle(); // who asks has waited already: connect anew, and at once
        }
        return channel;
    }

    private ManagedChannel open(HostPort address) {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .directExecutor()
                .disableRetry() // writes must not be sent twice behind the producer's back (P14)
                .userAgent(settings.clientId())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(settings.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                .build();
    }

    /** To be called when a broker could not be reached. */
    public void failed(HostPort address) {
        outages.compute(address, (key, before) -> next(before));
    }

    private Outage next(Outage before) {
        Duration length = before == null ? FIRST_OUTAGE : before.length().multipliedBy(2);
        if (length.compareTo(LONGEST_OUTAGE) > 0) {
            length = LONGEST_OUTAGE;
        }
        return new Outage(clock.nanoTime() + length.toNanos(), length);
    }

    /** To be called when a broker answered. */
    public void answered(HostPort address) {
        heardNanos.put(address, clock.nanoTime());
        outages.remove(address);
    }

    /** Whether a broker answered anything within the last while. */
    boolean answeredWithin(Duration time, HostPort address) {
        Long heard = heardNanos.get(address);
        return heard != null && clock.nanoTime() - heard < time.toNanos();
    }

    /** To be called when the cluster says that a broker can serve: what it did before is over. */
    void forgive(HostPort address) {
        outages.remove(address);
    }

    /** Whether a broker failed lately. */
    public boolean isOut(HostPort address) {
        Outage outage = outages.get(address);
        return outage != null && clock.nanoTime() - outage.untilNanos() < 0;
    }

    @Override
    public void close() {
        closed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : channels.values()) {
                channel.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
