// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.taffrail.api.internal.v1.ReplicaMarks;
import io.taffrail.api.internal.v1.ReplicaServiceGrpc;
import io.taffrail.api.internal.v1.ReplicateRequest;
import io.taffrail.api.internal.v1.SubscriptionClose;
import io.taffrail.api.internal.v1.SubscriptionOpen;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/**
 * One call of Replicate at the follower. What slots have to say is gathered, and sent in one
 * message once all that has come by then is handled. On the fetcher's thread.
 */
final class FetcherCall extends ClientCall.Listener<ReplicaPush> {
    private static final MethodDescriptor<ReplicateRequest, ReplicaPush> METHOD =
            ReplicaServiceGrpc.getReplicateMethod().toBuilder(
                            ReplicaServiceGrpc.getReplicateMethod().getRequestMarshaller(),
                            new ReplicaPushMarshaller())
                    .build();

    /** Messages that gRPC may bring before the ones before are handled. */
    private static final int PREFETCH = 64;

    private static final int MAX_ITEMS = 1000;

    private final ReplicaFetcher fetcher;
    private final ClientCall<ReplicateRequest, ReplicaPush> call;
    private final CreditWindow credit;
    private final Queue<SubscriptionOpen> opens = new ArrayDeque<>();
    private final Queue<SubscriptionClose> closes = new ArrayDeque<>();
    private final Set<FetcherSlot> acksDue = new LinkedHashSet<>();
    private boolean flushQueued;
    private boolean heard;
    private long heardNanos;
    private long tickedNanos;
    private boolean over;

    private FetcherCall(ReplicaFetcher fetcher, ClientCall<ReplicateRequest, ReplicaPush> call) {
        this.fetcher = fetcher;
        this.call = call;
        CatchUpThrottle throttle = fetcher.environment().throttle();
        Traffic traffic = fetcher.traffic();
        this.credit =
                new CreditWindow(
                        fetcher.limits().creditBytes(traffic),
                        traffic == Traffic.CATCH_UP ? throttle::take : wanted -> wanted);
        this.heardNanos = fetcher.nanoTime();
        this.tickedNanos = heardNanos;
    }

    /** Begins a call; nothing may block it. */
    static FetcherCall start(ReplicaFetcher fetcher, Channel channel) {
        ClientCall<ReplicateRequest, ReplicaPush> call =
                channel.newCall(METHOD, CallOptions.DEFAULT.withExecutor(fetcher.thread()));
        FetcherCall started = new FetcherCall(fetcher, call);
        call.start(started, new Metadata());
        call.request(PREFETCH);
        call.sendMessage(
                ReplicateRequest.newBuilder()
                        .setStream(
                                fetcher.environment()
                                        .follower()
                                        .streamTo(fetcher.leaderId(), fetcher.traffic()))
                        .setCreditBytes(started.credit.grant())
                        .build());
        return started;
    }

    // What gRPC calls

    @Override
    public void onMessage(ReplicaPush push) {
        if (over) {
            return;
        }
        heard = true;
        heardNanos = fetcher.nanoTime();
        fetcher.heard();
        take(push);
        call.request(1);
    }

    private void take(ReplicaPush push) {
        fetcher.slot(push.header().getSlot())
                .ifPresentOrElse(
                        slot -> slot.take(this, push), () -> consumed(push.entries().remaining()));
        for (ReplicaMarks marks : push.header().getMarksList()) {
            fetcher.slot(marks.getSlot()).ifPresent(slot -> slot.take(marks));
        }
    }

    @Override
    public void onReady() {
        flush();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        over = true;
        fetcher.ended(this, status);
    }

    // What slots say

    void open(SubscriptionOpen open) {
        opens.add(open);
        flushSoon();
    }

    void close(SubscriptionClose close) {
        closes.add(close);
        flushSoon();
    }

    /** The slot may vouch for more than it said last. */
    void acknowledge(FetcherSlot slot) {
        acksDue.add(slot);
        flushSoon();
    }

    /** Bytes of entries were appended or dropped. */
    void consumed(long bytes) {
        credit.consumed(bytes);
        if (credit.isDue()) {
            flushSoon();
        }
    }

    private void flushSoon() {
        if (!flushQueued) {
            flushQueued = true;
            fetcher.later(
                    () -> {
                        flushQueued = false;
                        flush();
                    });
        }
    }

    /**
     * While the leader does not listen, acknowledgements are gathered: only the last one counts.
     */
    private void flush() {
        if (!over && call.isReady() && (hasNews() || credit.isDue())) {
            ReplicateRequest message = gather();
            if (message.getSerializedSize() > 0) {
                call.sendMessage(message);
            }
            if (hasNews()) {
                flushSoon();
            }
        }
    }

    private boolean hasNews() {
        return !acksDue.isEmpty() || !closes.isEmpty() || !opens.isEmpty();
    }

    private ReplicateRequest gather() {
        ReplicateRequest.Builder message = ReplicateRequest.newBuilder();
        Iterator<FetcherSlot> due = acksDue.iterator();
        while (due.hasNext() && message.getAcksCount() < MAX_ITEMS) {
            due.next().acknowledgement().ifPresent(message::addAcks);
            due.remove();
        }
        while (!closes.isEmpty() && message.getClosesCount() < MAX_ITEMS) {
            message.addCloses(closes.remove());
        }
        while (!opens.isEmpty() && message.getOpensCount() < MAX_ITEMS) {
            message.addOpens(opens.remove());
        }
        if (credit.isDue()) {
            message.setCreditBytes(credit.grant());
        }
        return message.build();
    }

    // Time, and the end

    void tick() {
        long now = fetcher.nanoTime();
        Duration patience = heard ? fetcher.limits().silence() : fetcher.limits().firstWord();
        if (now - tickedNanos > patience.toNanos() / 2) {
            heardNanos = now; // it was this process that stood still
        }
        tickedNanos = now;
        if (now - heardNanos > patience.toNanos()) {
            cancel("the leader has been silent for " + patience);
            fetcher.ended(this, Status.CANCELLED.withDescription("silence"));
        } else {
            flush();
        }
    }

    void cancel(String why) {
        over = true;
        call.cancel(why, null);
    }
}
