// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.taffrail.client.ClientSettings;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A client's connection to its cluster: what all its parts share. For any thread. */
public final class Connection implements AutoCloseable {
    private final ClientSettings settings;
    private final ScheduledExecutorService timer;
    private final BrokerChannels channels;
    private final Reachability reachability;
    private final ClusterMetadata metadata;
    private final PendingAnswers pending = new PendingAnswers();

    public Connection(ClientSettings settings, Clock clock) {
        this.settings = settings;
        this.timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        Connection::timerThread,
                        new ThreadPoolExecutor.DiscardPolicy()); // news may come while it closes
        this.channels = new BrokerChannels(settings, clock);
        this.reachability = new Reachability(settings, channels, clock);
        this.metadata =
                new ClusterMetadata(channels, timer, reachability, pending, settings.bootstrap());
    }

    private static Thread timerThread(Runnable work) {
        Thread thread = new Thread(work, "taffrail-client");
        thread.setDaemon(true);
        return thread;
    }

    public ClientSettings settings() {
        return settings;
    }

    public BrokerChannels channels() {
        return channels;
    }

    public ClusterMetadata metadata() {
        return metadata;
    }

    /** Fails a future when the client is closed, unless it is complete by then. */
    public <T> CompletableFuture<T> track(CompletableFuture<T> answer) {
        return pending.track(answer);
    }

    /** To be called when a broker answered. */
    public void reached(HostPort address) {
        reachability.reached(address);
    }

    /**
     * To be called when a call failed. If no broker could be reached for too long: what to give up
     * with.
     */
    public Optional<TaffrailException> failed(Failure failure) {
        return reachability.failed(failure);
    }

    /** A broker to ask what any broker may be asked. */
    public HostPort door() {
        return metadata.doors().choose();
    }

    /**
     * Runs a short task later, on the client's own thread. Nothing happens if it is closed by then.
     */
    public void later(Duration delay, Runnable task) {
        var unused = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        channels.close();
        pending.close();
    }
}
