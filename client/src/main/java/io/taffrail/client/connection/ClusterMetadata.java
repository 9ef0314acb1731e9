// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.WatchTopicsRequest;
import io.taffrail.api.v1.WatchTopicsResponse;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The cluster's metadata as this client knows it: of the topics that it uses, kept up to date by
 * one WatchTopics stream, which is tended on the client's own thread. For any thread.
 */
public final class ClusterMetadata {
    /** A topic that is made just now, through another door, may take so long to be heard of. */
    private static final Duration GRACE_FOR_NEW_TOPICS = Duration.ofSeconds(1);

    private static final long LEAST_NANOS_BETWEEN_DOUBTS = Duration.ofSeconds(2).toNanos();

    private final BrokerChannels channels;
    private final Doors doors;
    private final ScheduledExecutorService timer;
    private final Reachability reachability;
    private final PendingAnswers pending;

    private final AtomicReference<MetadataSnapshot> snapshot =
            new AtomicReference<>(MetadataSnapshot.EMPTY);

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    // Below: only on the timer's thread.
    private final Set<String> watched = new TreeSet<>();
    private final Map<String, CompletableFuture<TopicInfo>> awaited = new HashMap<>();
    private final Backoff backoff = new Backoff();
    private Watch watch;

    ClusterMetadata(
            BrokerChannels channels,
            ScheduledExecutorService timer,
            Reachability reachability,
            PendingAnswers pending,
            List<HostPort> bootstrap) {
        this.channels = channels;
        this.timer = timer;
        this.reachability = reachability;
        this.pending = pending;
        this.doors = new Doors(bootstrap, () -> snapshot.get().brokers().values(), channels);
    }

    Doors doors() {
        return doors;
    }

    /** What is known of a topic. */
    public Optional<TopicInfo> known(String topic) {
        return Optional.ofNullable(snapshot.get().topics().get(topic));
    }

    /**
     * What is known of a topic, as soon as it is; from now on its metadata is kept up to date.
     * Fails with UNKNOWN_TOPIC, or if no broker can be reached.
     */
    public CompletableFuture<TopicInfo> topic(String topic) {
        Optional<TopicInfo> known = known(topic);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known.get());
        }
        CompletableFuture<TopicInfo> found = pending.track(new CompletableFuture<>());
        timer.execute(() -> await(topic, found));
        return found;
    }

    private void await(String topic, CompletableFuture<TopicInfo> found) {
        TopicInfo known = snapshot.get().topics().get(topic);
        if (known != null) {
            found.complete(known);
            return;
        }
        CompletableFuture<TopicInfo> answer =
                awaited.computeIfAbsent(topic, name -> new CompletableFuture<>());
        var unused =
                answer.whenComplete(
                        (info, failure) -> {
                            if (failure == null) {
                                found.complete(info);
                            } else {
                                found.completeExceptionally(failure);
                            }
                        });
        boolean isNew = watched.add(topic);
        if (isNew || watch == null) {
            watchAt(doors.choose());
        } else if (watch.unknown.contains(topic)) {
            giveUpLater(topic); // it is watched already, and is not there
        }
    }

    /**
     * Calls {@code listener} on the client's own thread after news came. It must not block. What
     * listens needs the news soon: a broker that falls silent is then noticed within seconds.
     */
    public void addListener(Runnable listener) {
        listeners.add(listener);
        if (listeners.size() == 1) {
            timer.execute(this::probe);
        }
    }

    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    /** Who leads a partition, as far as is known. */
    public Optional<TopicInfo.Leader> leader(PartitionRef partition) {
        return known(partition.topic())
                .filter(topic -> partition.partition() < topic.partitionCount())
                .map(topic -> topic.leaders().get(partition.partition()));
    }

    /** Where to go for a partition: to its leader, or through a door. */
    public Route route(PartitionRef partition) {
        MetadataSnapshot now = snapshot.get();
        TopicInfo topic = now.topics().get(partition.topic());
        if (topic == null || partition.partition() >= topic.partitionCount()) {
            return new Route(doors.choose(), Optional.empty(), OptionalInt.empty());
        }
        TopicInfo.Leader leader = topic.leaders().get(partition.partition());
        HostPort address =
                leader.id().isPresent() ? now.brokers().get(leader.id().getAsInt()) : null;
        if (address == null || channels.isOut(address)) {
            address = doors.choose();
        }
        return new Route(address, Optional.of(topic.topicId()), OptionalInt.of(leader.epoch()));
    }

    /** Takes over what a broker said of a partition's leader, unless something newer is known. */
    public void learn(PartitionRef partition, Opened opened) {
        learn(partition, opened.getLeaderId(), opened.getLeaderAddress(), opened.getLeaderEpoch());
    }

    /** As {@link #learn(PartitionRef, Opened)}, if the failure names a leader. */
    public void learn(PartitionRef partition, Failure failure) {
        var id = failure.number("leader_id");
        var epoch = failure.number("leader_epoch");
        String address = failure.answer().map(a -> a.metadata().get("leader_address")).orElse("");
        if (id.isPresent() && epoch.isPresent()) {
            learn(partition, (int) id.getAsLong(), address, (int) epoch.getAsLong());
        }
    }

    private void learn(PartitionRef partition, int leaderId, String address, int epoch) {
        if (address.isEmpty()) {
            return;
        }
        HostPort parsed = HostPort.parse(address);
        snapshot.updateAndGet(
                known ->
                        known.withBroker(leaderId, parsed)
                                .withLeader(
                                        partition.topic(), partition.partition(), leaderId, epoch));
    }

    /**
     * A broker does not do what it should: perhaps it is cut off from the others, and does not know
     * it. The news are taken from another one, which knows of a newer leader if there is any.
     */
    public void doubt(HostPort address) {
        timer.execute(
                () -> {
                    if (watch != null && watch.address.equals(address) && watch.hasItsTime()) {
                        watchAt(doors.chooseOther(address));
                    }
                });
    }

    private void watchAt(HostPort address) {
        if (watch != null) {
            watch.cancel();
        }
        watch = new Watch(address);
        WatchTopicsRequest request = WatchTopicsRequest.newBuilder().addAllTopics(watched).build();
        LogServiceGrpc.newStub(channels.channel(address, Traffic.CONTROL))
                .watchTopics(request, watch);
    }

    private void apply(Watch from, WatchTopicsResponse news) {
        if (watch != from) {
            return;
        }
        backoff.reset();
        reachability.reached(from.address);
        MetadataSnapshot before = snapshot.getAndUpdate(known -> known.with(news));
        forgiveNewLeaders(before, snapshot.get());
        from.heard(news);
        awaited.keySet().removeIf(this::completeIfKnown);
        news.getUnknownTopicsList().forEach(this::giveUpLater);
        listeners.forEach(Runnable::run);
    }

    /** The cluster would not choose a broker that cannot serve. */
    private void forgiveNewLeaders(MetadataSnapshot before, MetadataSnapshot after) {
        for (int leader : after.leadersSince(before)) {
            HostPort address = after.brokers().get(leader);
            if (address != null) {
                channels.forgive(address);
            }
        }
    }

    /** Sees to it that the news do not come from a broker that hangs. */
    private void probe() {
        if (listeners.isEmpty()) {
            return;
        }
        Watch asked = watch;
        if (asked != null) {
            Probe.ask(channels, asked.address, () -> timer.execute(() -> abandon(asked)));
        }
        schedule(this::probe, Probe.SILENCE);
    }

    private void abandon(Watch silent) {
        if (watch == silent) {
            silent.cancel();
            ended(silent, Failure.local("the broker does not answer", silent.address));
        }
    }

    private boolean completeIfKnown(String topic) {
        TopicInfo known = snapshot.get().topics().get(topic);
        if (known != null) {
            awaited.get(topic).complete(known);
        }
        return known != null;
    }

    private void giveUpLater(String topic) {
        CompletableFuture<TopicInfo> awaitedNow = awaited.get(topic);
        if (awaitedNow != null) {
            schedule(() -> giveUp(topic, awaitedNow), GRACE_FOR_NEW_TOPICS);
        }
    }

    private void giveUp(String topic, CompletableFuture<TopicInfo> waiting) {
        if (awaited.remove(topic, waiting)) {
            waiting.completeExceptionally(
                    TaffrailException.of(
                            LogError.UNKNOWN_TOPIC, "there is no topic '" + topic + "'"));
        }
    }

    private void ended(Watch ended, Failure failure) {
        if (watch != ended) {
            return;
        }
        watch = null;
        Optional<TaffrailException> unreachable = reachability.failed(failure);
        if (unreachable.isPresent()) {
            failAwaited(unreachable.get());
        } else if (!failure.passes()) {
            failAwaited(failure.toException("cannot watch topics"));
        }
        schedule(
                () -> {
                    if (watch == null) {
                        watchAt(doors.chooseOther(ended.address));
                    }
                },
                backoff.after(failure));
    }

    private void failAwaited(TaffrailException why) {
        Map<String, CompletableFuture<TopicInfo>> failed = new HashMap<>(awaited);
        awaited.clear();
        failed.values().forEach(waiting -> waiting.completeExceptionally(why));
    }

    private void schedule(Runnable task, Duration delay) {
        var unused = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** One stream; the newest alone is listened to. */
    private final class Watch
            implements ClientResponseObserver<WatchTopicsRequest, WatchTopicsResponse> {
        private final HostPort address;
        private final long sinceNanos = System.nanoTime();
        private final Set<String> unknown = new HashSet<>(); // as it was told; timer's thread
        private ClientCallStreamObserver<WatchTopicsRequest> call;

        Watch(HostPort address) {
            this.address = address;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchTopicsRequest> requests) {
            call = requests;
        }

        /** Whether it could have told something by now. */
        boolean hasItsTime() {
            return System.nanoTime() - sinceNanos >= LEAST_NANOS_BETWEEN_DOUBTS;
        }

        void heard(WatchTopicsResponse news) {
            news.getTopicsList().forEach(told -> unknown.remove(told.getTopic()));
            unknown.addAll(news.getUnknownTopicsList());
        }

        void cancel() {
            call.cancel("other topics are watched", null);
        }

        @Override
        public void onNext(WatchTopicsResponse news) {
            timer.execute(() -> apply(this, news));
        }

        @Override
        public void onError(Throwable failure) {
            timer.execute(() -> ended(this, Failure.of(failure, address)));
        }

        @Override
        public void onCompleted() {
            timer.execute(() -> ended(this, Failure.local("the stream ended", address)));
        }
    }
}
