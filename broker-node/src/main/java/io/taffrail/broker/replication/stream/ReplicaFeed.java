// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.internal.v1.ReplicaStreamOpen;
import io.taffrail.api.internal.v1.ReplicateRequest;
import io.taffrail.api.internal.v1.SubscriptionAck;
import io.taffrail.api.internal.v1.SubscriptionClose;
import io.taffrail.api.internal.v1.SubscriptionOpen;
import io.taffrail.api.internal.v1.TrafficClass;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.connection.CallEnd;
import io.taffrail.broker.connection.StreamLifetime;
import io.taffrail.broker.fetch.StreamTasks;
import io.taffrail.broker.fetch.StreamThread;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of Replicate at the leader: what a follower asks goes to its {@link FeedSlot}s, what
 * they send goes through the {@link FeedPump}. Ends when the follower has registered anew (P12).
 * All state is touched on the feed's {@link StreamThread} alone.
 */
final class ReplicaFeed extends ServerCall.Listener<ReplicateRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFeed.class);

    /** While more than this waits for the follower, nothing is read for it. */
    private static final int ON_READY_THRESHOLD_BYTES = 2 << 20;

    private static final long MARKS_INTERVAL_MS = 200;

    private final FeedServices services;
    private final ServerCall<ReplicateRequest, FetchAnswer> call;
    private final StreamThread thread;
    private final StreamTasks tasks;
    private final FeedPump pump;
    private final Map<Integer, FeedSlot> slots = new LinkedHashMap<>();
    private ReplicaStreamOpen follower; // null before the first message
    private Subscription lifetime = () -> {};
    private Subscription metadata = () -> {};
    private Future<?> ticking; // null before the first message
    private boolean pumpQueued;
    private boolean over;

    private ReplicaFeed(FeedServices services, ServerCall<ReplicateRequest, FetchAnswer> call) {
        this.services = services;
        this.call = call;
        this.thread = StreamThread.current(services.environment().readers());
        this.tasks = new StreamTasks(thread, this::isOver, this::failed);
        this.pump = new FeedPump(this, call);
    }

    /** Takes a call on. */
    static ReplicaFeed begin(
            FeedServices services, ServerCall<ReplicateRequest, FetchAnswer> call) {
        ReplicaFeed feed = new ReplicaFeed(services, call);
        call.setOnReadyThreshold(ON_READY_THRESHOLD_BYTES);
        call.sendHeaders(new Metadata());
        call.request(1);
        feed.lifetime = StreamLifetime.of(call).whenOver(why -> feed.later(() -> feed.stop(why)));
        return feed;
    }

    /** Followers stay, however old the connection is. */
    private void stop(LogFailure why) {
        if (why.error() == LogError.SHUTTING_DOWN) {
            finish(why);
        }
    }

    // What gRPC calls

    @Override
    public void onMessage(ReplicateRequest request) {
        tasks.now(
                () -> {
                    take(request);
                    if (!over) {
                        pump.run();
                        call.request(1);
                    }
                });
    }

    @Override
    public void onHalfClose() {
        tasks.now(() -> finish(Status.getDefaultInstance()));
    }

    @Override
    public void onReady() {
        tasks.now(pump::run);
    }

    @Override
    public void onCancel() {
        thread.run(this::release);
    }

    @Override
    public void onComplete() {
        thread.run(this::release);
    }

    // Whose turn it is

    /** Runs it on the feed's thread, if the feed is not over by then. From any thread. */
    void later(Runnable task) {
        laterOr(task, () -> {});
    }

    /** The same; if the feed is over, runs {@code otherwise} there. */
    void laterOr(Runnable task, Runnable otherwise) {
        tasks.laterOr(task, otherwise);
    }

    private void failed(RuntimeException e) {
        LOG.error("a feed failed", e);
        finish(
                Status.newBuilder()
                        .setCode(io.grpc.Status.Code.INTERNAL.value())
                        .setMessage("the feed failed; the leader's log says why")
                        .build());
    }

    boolean isOver() {
        return over;
    }

    FeedServices services() {
        return services;
    }

    FeedPump pump() {
        return pump;
    }

    /** Who follows. */
    ReplicaStreamOpen follower() {
        return follower;
    }

    /** The slot may have something to send; what else comes in this turn is sent with it. */
    void ready(FeedSlot slot) {
        pump.enqueue(slot);
        runPumpSoon();
    }

    void runPumpSoon() {
        if (!pumpQueued) {
            pumpQueued = true;
            later(
                    () -> {
                        pumpQueued = false;
                        pump.run();
                    });
        }
    }

    /** The slot has ended, and has said so. */
    void remove(FeedSlot slot) {
        slots.remove(slot.number(), slot);
        pump.forget(slot);
    }

    // What the follower says

    private void take(ReplicateRequest request) {
        if (follower == null) {
            follow(request);
        } else if (request.hasStream()) {
            refuse("stream", "is only in the first message");
        }
        if (over) {
            return;
        }
        if (request.getCreditBytes() < 0) {
            refuse("credit_bytes", "is negative");
            return;
        }
        pump.grant(request.getCreditBytes());
        request.getAcksList().forEach(this::acknowledge);
        request.getClosesList().forEach(this::close);
        for (SubscriptionOpen open : request.getOpensList()) {
            if (!over) {
                open(open);
            }
        }
    }

    private void follow(ReplicateRequest request) {
        ReplicaStreamOpen stream = request.getStream();
        FeedEnvironment environment = services.environment();
        if (!stream.getClusterId().equals(environment.cluster().clusterId())) {
            refuse("stream.cluster_id", "is not this cluster's");
        } else if (!request.hasStream() || stream.getLeaderId() != environment.brokerId()) {
            refuse("stream.leader_id", "this is broker " + environment.brokerId());
        } else if (stream.getTrafficClass() != TrafficClass.TRAFFIC_CLASS_IN_SYNC
                && stream.getTrafficClass() != TrafficClass.TRAFFIC_CLASS_CATCH_UP) {
            refuse("stream.traffic_class", "is none that is known here");
        } else {
            follower = stream;
            metadata = environment.cluster().subscribe(image -> later(() -> look(image)));
            look(environment.cluster().image());
            startTicking();
        }
    }

    /** A registration that is over acknowledges nothing any more: its disk may have lost it. */
    private void look(MetadataImage image) {
        long current =
                image.broker(follower.getBrokerId()).map(BrokerEntry::brokerEpoch).orElse(-1L);
        if (current > follower.getBrokerEpoch()) {
            finish(
                    LogFailure.of(
                                    LogError.STALE_EPOCH,
                                    "broker %d has registered anew, in epoch %d"
                                            .formatted(follower.getBrokerId(), current))
                            .with("current_epoch", current));
        }
    }

    private void open(SubscriptionOpen open) {
        FeedSlot present = slots.get(open.getSlot());
        if (present != null) {
            if (present.subscription() >= open.getSubscription()) {
                return;
            }
            present.release();
            pump.forget(present);
        }
        FeedSlot slot;
        try {
            slot = new FeedSlot(this, open);
        } catch (IllegalArgumentException e) {
            refuse("opens", e.getMessage());
            return;
        }
        slots.put(open.getSlot(), slot);
        slot.begin();
    }

    private void acknowledge(SubscriptionAck ack) {
        FeedSlot slot = slots.get(ack.getSlot());
        if (slot != null && slot.subscription() == ack.getSubscription()) {
            slot.acknowledged(ack);
        }
    }

    private void close(SubscriptionClose close) {
        FeedSlot slot = slots.get(close.getSlot());
        if (slot != null && slot.subscription() == close.getSubscription()) {
            slot.closed(close);
            remove(slot);
        }
    }

    // Time, and the end

    private void startTicking() {
        ticking =
                services.environment()
                        .timer()
                        .scheduleWithFixedDelay(
                                () -> later(this::tick),
                                MARKS_INTERVAL_MS,
                                MARKS_INTERVAL_MS,
                                TimeUnit.MILLISECONDS);
    }

    private void tick() {
        slots.values().forEach(FeedSlot::tick);
        pump.signOfLife();
        pump.run();
    }

    private void refuse(String field, String description) {
        finish(StatusTranslator.invalidArgument(field, description));
    }

    private void finish(LogFailure why) {
        finish(StatusTranslator.toStatus(why));
    }

    private void finish(Status why) {
        if (over) {
            return;
        }
        release();
        CallEnd.with(call, why);
    }

    private void release() {
        if (over) {
            return;
        }
        over = true;
        lifetime.close();
        metadata.close();
        if (ticking != null) {
            ticking.cancel(false);
        }
        slots.values().forEach(FeedSlot::release);
        slots.clear();
    }
}
