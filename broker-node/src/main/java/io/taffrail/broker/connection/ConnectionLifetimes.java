// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.connection;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import io.taffrail.api.LogFailure;
import io.taffrail.model.LogError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Gives each connection of a server its {@link StreamLifetime}, and ends it: when the connection is
 * old, so that clients spread anew over the brokers there are, and when the server stops.
 *
 * <p>A client that is told to reconnect opens its next stream at once, and must not do so on the
 * same connection. So the server's own maximum age comes first, at {@code age} ± 10 %: gRPC then
 * tells the client to open nothing more here. The streams end after that, somewhere between {@code
 * 1.2 age} and {@code 1.4 age}, so that connections made together do not return together.
 */
public final class ConnectionLifetimes extends ServerTransportFilter {
    /** Of the age: gRPC's own jitter is over by then. */
    private static final double EARLIEST = 1.2;

    private static final double LATEST = 1.4;

    private final Duration age;
    private final ScheduledExecutorService timer;
    private final RandomGenerator random;
    private final Map<StreamLifetime, Future<?>> ageing = new HashMap<>();
    private boolean stopped;

    /**
     * @param age when the server itself lets go of a connection
     * @param timer runs what listeners of lifetimes do, which must not block
     */
    public ConnectionLifetimes(
            Duration age, ScheduledExecutorService timer, RandomGenerator random) {
        this.age = age;
        this.timer = timer;
        this.random = random;
    }

    @Override
    public Attributes transportReady(Attributes attributes) {
        StreamLifetime lifetime = new StreamLifetime();
        if (!begin(lifetime)) {
            lifetime.end(shuttingDown());
        }
        return attributes.toBuilder().set(StreamLifetime.KEY, lifetime).build();
    }

    private synchronized boolean begin(StreamLifetime lifetime) {
        if (stopped) {
            return false;
        }
        double part = EARLIEST + (LATEST - EARLIEST) * random.nextDouble();
        long delayMs = (long) (age.toMillis() * part);
        ageing.put(
                lifetime,
                timer.schedule(() -> lifetime.end(tooOld()), delayMs, TimeUnit.MILLISECONDS));
        return true;
    }

    @Override
    public synchronized void transportTerminated(Attributes attributes) {
        StreamLifetime lifetime = attributes == null ? null : attributes.get(StreamLifetime.KEY);
        Future<?> end = lifetime == null ? null : ageing.remove(lifetime);
        if (end != null) {
            end.cancel(false);
        }
    }

    /** Ends the streams of every connection, of those to come too. May be called twice. */
    public void stop() {
        for (StreamLifetime lifetime : takeAll()) {
            lifetime.end(shuttingDown());
        }
    }

    private synchronized List<StreamLifetime> takeAll() {
        stopped = true;
        List<StreamLifetime> all = new ArrayList<>(ageing.keySet());
        ageing.values().forEach(end -> end.cancel(false));
        ageing.clear();
        return all;
    }

    private static LogFailure tooOld() {
        return LogFailure.of(
                LogError.RECONNECT, "this connection is old; open the stream again on a new one");
    }

    private static LogFailure shuttingDown() {
        return LogFailure.of(LogError.SHUTTING_DOWN, "this broker is stopping");
    }
}
