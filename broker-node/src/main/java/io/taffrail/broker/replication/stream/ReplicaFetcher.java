// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.grpc.Status;
import io.taffrail.broker.fetch.StreamThread;
import io.taffrail.broker.replication.ReplicationTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is followed of one leader in one class of traffic: keeps one call to it for as long as there
 * is something to follow, and tries again after a pause when it breaks or falls silent (P12). All
 * state is touched, and all targets are called, on its {@link StreamThread} alone, unless it says
 * otherwise.
 */
final class ReplicaFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFetcher.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final long TICK_MS = 100;

    private final FetcherEnvironment environment;
    private final FetcherLimits limits;
    private final ReplicaFetchers owner;
    private final int leaderId;
    private final Traffic traffic;
    private final StreamThread thread;
    private final BackOff backOff;
    private final Map<Integer, FetcherSlot> slots = new LinkedHashMap<>();
    private int nextSlot;
    private Optional<FetcherCall> call = Optional.empty();
    private boolean pausing; // before the next attempt to connect
    private Future<?> ticking; // null: nothing is followed
    private boolean closed;

    /** Any thread reads them. */
    private volatile boolean following;

    private volatile long heardNanos;

    ReplicaFetcher(
            FetcherEnvironment environment,
            FetcherLimits limits,
            ReplicaFetchers owner,
            int leaderId,
            Traffic traffic) {
        this.environment = environment;
        this.limits = limits;
        this.owner = owner;
        this.leaderId = leaderId;
        this.traffic = traffic;
        this.thread = StreamThread.on(environment.appenders());
        this.backOff = new BackOff(environment.random(), FIRST_PAUSE, LONGEST_PAUSE);
    }

    int leaderId() {
        return leaderId;
    }

    Traffic traffic() {
        return traffic;
    }

    FetcherEnvironment environment() {
        return environment;
    }

    FetcherLimits limits() {
        return limits;
    }

    /** Where calls run their listeners. */
    Executor thread() {
        return thread;
    }

    /** Whether there is something to follow. From any thread. */
    boolean isFollowing() {
        return following;
    }

    /** Whether the leader was not heard of for a while. From any thread. */
    boolean isUnreachable() {
        return nanoTime() - heardNanos >= limits.unreachable().toNanos();
    }

    long nanoTime() {
        return environment.clock().nanoTime();
    }

    /** Runs it on the thread. From any thread. */
    void later(Runnable task) {
        thread.execute(task);
    }

    // What is followed

    /** From any thread. */
    void follow(ReplicationTarget target) {
        later(() -> add(target));
    }

    private void add(ReplicationTarget target) {
        if (closed || target.isOver()) {
            return;
        }
        if (slots.isEmpty()) {
            heardNanos = nanoTime(); // from now on it could be heard of
            following = true;
            backOff.reset();
            pausing = false; // what failed before is long ago
            startTicking();
        }
        FetcherSlot slot = new FetcherSlot(this, nextSlot++, target);
        slots.put(slot.number(), slot);
        slot.listen();
        if (call.isPresent()) {
            slot.begin();
        } else if (!pausing) {
            connect();
        }
    }

    /** The slot's target is over: nothing is asked of it any more. */
    void remove(FetcherSlot slot) {
        slot.release();
        slots.remove(slot.number());
        if (slots.isEmpty()) {
            following = false;
            hangUp();
            ticking.cancel(false);
        }
    }

    private void move(FetcherSlot slot) {
        remove(slot);
        owner.follow(slot.target());
    }

    /** Empty while there is no call. */
    Optional<FetcherCall> call() {
        return call;
    }

    Optional<FetcherSlot> slot(int number) {
        return Optional.ofNullable(slots.get(number));
    }

    // The call

    private void connect() {
        try {
            call =
                    environment
                            .leaders()
                            .find(leaderId, traffic)
                            .map(channel -> FetcherCall.start(this, channel));
        } catch (RuntimeException e) {
            LOG.error("cannot call broker {}", leaderId, e);
        }
        if (call.isPresent()) {
            slots.values().forEach(FetcherSlot::begin);
        } else {
            pause();
        }
    }

    private void pause() {
        pausing = true;
        schedule(
                () -> {
                    pausing = false;
                    if (!closed && !slots.isEmpty() && call.isEmpty()) {
                        connect();
                    }
                },
                backOff.next());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it does nothing if it comes too late
    private void schedule(Runnable task, Duration delay) {
        environment.timer().schedule(() -> later(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The leader said something. */
    void heard() {
        heardNanos = nanoTime();
        backOff.reset();
    }

    /** A call has ended, whoever ended it. */
    void ended(FetcherCall which, Status why) {
        if (call.filter(current -> current == which).isEmpty()) {
            return;
        }
        LOG.debug("the {} stream from broker {} ended: {}", traffic, leaderId, why);
        call = Optional.empty();
        slots.values().forEach(FetcherSlot::disconnected);
        if (!closed && !slots.isEmpty()) {
            pause();
        }
    }

    private void hangUp() {
        Optional<FetcherCall> last = call;
        call = Optional.empty();
        last.ifPresent(current -> current.cancel("nothing is followed any more"));
    }

    // Time, and the end

    private void startTicking() {
        ticking =
                environment
                        .timer()
                        .scheduleWithFixedDelay(
                                () -> later(this::tick), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        if (closed) {
            return;
        }
        call.ifPresent(FetcherCall::tick);
        long now = nanoTime();
        List<FetcherSlot> all = new ArrayList<>(slots.values());
        for (FetcherSlot slot : all) {
            if (slot.target().isOver()) {
                remove(slot);
            } else if (slot.belongsElsewhere(now)) {
                move(slot);
            } else {
                slot.tick(now);
            }
        }
    }

    /** From any thread. */
    void close() {
        later(
                () -> {
                    closed = true;
                    new ArrayList<>(slots.values()).forEach(this::remove);
                });
    }
}
