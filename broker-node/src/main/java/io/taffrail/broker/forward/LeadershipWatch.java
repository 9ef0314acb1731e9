// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices by the metadata that a leadership is over to which something was forwarded. A leader that
 * is alive says so itself, after its last answers, and has a while to do that; one that is gone or
 * hangs says nothing, and its connection may stay silent for long. Safe for any thread.
 */
final class LeadershipWatch {
    /** How long a leader that is alive may take for its last word. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /** Images that come close together are looked at once. */
    private static final Duration LOOK_DELAY = Duration.ofMillis(5);

    private final ClusterView cluster;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final Set<Watched> all = new LinkedHashSet<>();
    private boolean lookScheduled;

    /** Told apart by identity. Belongs to the lock of the watch. */
    private static final class Watched {
        private final Elsewhere leader;
        private final Consumer<LogFailure> listener;
        private OptionalLong giveUpAtNanos = OptionalLong.empty();

        private Watched(Elsewhere leader, Consumer<LogFailure> listener) {
            this.leader = leader;
            this.listener = listener;
        }
    }

    private record Over(Consumer<LogFailure> listener, LogFailure why) {
        void tell() {
            listener.accept(why);
        }
    }

    LeadershipWatch(ClusterView cluster, ScheduledExecutorService timer, Clock clock) {
        this.cluster = cluster;
        this.timer = timer;
        this.clock = clock;
        cluster.subscribe(image -> lookSoon()); // for as long as there is a broker
    }

    /**
     * Calls {@code listener} once, on the timer's thread, when the leadership is over: NOT_LEADER
     * with the next leader, or LEADER_UNKNOWN. It must not block.
     */
    Subscription whenOver(Elsewhere leader, Consumer<LogFailure> listener) {
        Watched watched = new Watched(leader, listener);
        synchronized (this) {
            all.add(watched);
        }
        if (successor(leader, cluster.image()).isPresent()) {
            lookSoon(); // it came between the lookup and now
        }
        return () -> {
            synchronized (this) {
                all.remove(watched);
            }
        };
    }

    private synchronized void lookSoon() {
        if (!lookScheduled && !all.isEmpty()) {
            lookScheduled = true;
            lookAfter(LOOK_DELAY);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a look that does not come: the broker stops
    private void lookAfter(Duration delay) {
        timer.schedule(this::look, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        takeOver().forEach(Over::tell);
    }

    private synchronized List<Over> takeOver() {
        lookScheduled = false;
        MetadataImage image = cluster.image();
        long now = clock.nanoTime();
        List<Over> over = new ArrayList<>();
        boolean graceBegins = false;
        for (Watched watched : new ArrayList<>(all)) {
            Optional<LogFailure> successor = successor(watched.leader, image);
            if (successor.isEmpty()) {
                continue;
            }
            if (watched.giveUpAtNanos.isEmpty()) {
                watched.giveUpAtNanos = OptionalLong.of(now + GRACE.toNanos());
                graceBegins = true;
            }
            if (now - watched.giveUpAtNanos.getAsLong() >= 0 || !isAlive(watched.leader, image)) {
                all.remove(watched);
                over.add(new Over(watched.listener, successor.get()));
            }
        }
        if (graceBegins) {
            lookAfter(GRACE);
        }
        return over;
    }

    private static boolean isAlive(Elsewhere leader, MetadataImage image) {
        return image.broker(leader.leaderId()).filter(broker -> !broker.fenced()).isPresent();
    }

    /** What to tell of a leadership that is over; empty while it lasts, as far as is known here. */
    private static Optional<LogFailure> successor(Elsewhere leader, MetadataImage image) {
        Optional<PartitionEntry> partition =
                image.partition(leader.partition().topicId(), leader.partition().partition());
        if (partition.isEmpty()) {
            return Optional.of(
                    LogFailure.of(
                            LogError.UNKNOWN_TOPIC,
                            "topic '%s' was deleted".formatted(leader.partition().topic())));
        }
        if (partition.get().leaderEpoch() <= leader.leaderEpoch()) {
            return Optional.empty();
        }
        return Optional.of(next(leader, partition.get(), image));
    }

    private static LogFailure next(
            Elsewhere leader, PartitionEntry partition, MetadataImage image) {
        Optional<HostPort> address =
                partition.leader().isPresent()
                        ? image.broker(partition.leader().getAsInt())
                                .flatMap(BrokerEntry::apiAddress)
                        : Optional.empty();
        if (address.isEmpty()) {
            return LogFailure.of(
                            LogError.LEADER_UNKNOWN,
                            leader.partition() + " has no leader at present")
                    .with("leader_epoch", partition.leaderEpoch());
        }
        return new Elsewhere(
                        leader.partition(),
                        partition.leader().getAsInt(),
                        address.get(),
                        partition.leaderEpoch())
                .notLeader();
    }
}
