// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.connection.CallEnd;
import io.taffrail.broker.connection.StreamLifetime;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import io.taffrail.broker.forward.FetchLinks;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of Fetch: what gRPC calls, whose turn it is, and how it ends. Requests go to the {@link
 * FetchSlots}; what slots send goes through the {@link FetchPump}. All state is touched on the
 * stream's {@link StreamThread} alone.
 */
final class FetchStream extends ServerCall.Listener<FetchRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(FetchStream.class);

    /** A reader that opens and closes and does not listen is not listened to either. */
    private static final int MAX_UNSENT_ENDINGS = 1000;

    /** The idle interval is looked at so often in its course. */
    private static final int TICKS_PER_INTERVAL = 4;

    private final FetchServices services;
    private final ServerCall<FetchRequest, FetchAnswer> call;
    private final StreamThread thread;
    private final StreamTasks tasks;
    private final FetchPump pump;
    private final ByteBudget.Share share;
    private final FetchSlots slots;
    private final FetchLinks links;
    private Subscription lifetime = () -> {};
    private Future<?> ticking; // null before the first slot
    private boolean headersSent;
    private boolean requestsPaused;
    private boolean halfClosed;
    private boolean over;

    private FetchStream(FetchServices services, ServerCall<FetchRequest, FetchAnswer> call) {
        this.services = services;
        this.call = call;
        this.thread = StreamThread.current(services.environment().readers());
        this.tasks = new StreamTasks(thread, this::isOver, this::failed);
        this.pump = new FetchPump(services, this, call);
        this.slots = new FetchSlots(services, this, pump);
        this.links = services.environment().forwarding().fetchLinks(thread);
        this.share = services.budget().share();
    }

    /** Takes a call on. */
    static FetchStream begin(FetchServices services, ServerCall<FetchRequest, FetchAnswer> call) {
        FetchStream stream = new FetchStream(services, call);
        call.setOnReadyThreshold(services.limits().onReadyThresholdBytes());
        call.request(1);
        services.observer().streams(1);
        stream.lifetime =
                StreamLifetime.of(call)
                        .whenOver(why -> stream.later(() -> stream.finish(Failures.status(why))));
        return stream;
    }

    // What gRPC calls

    @Override
    public void onMessage(FetchRequest request) {
        tasks.now(
                () -> {
                    sendHeaders();
                    slots.take(request);
                    requestsPaused = true;
                    runPump(); // which asks for the next request
                });
    }

    /** Not before there is a request: gRPC says that one is too large only without headers. */
    private void sendHeaders() {
        if (!headersSent) {
            headersSent = true;
            call.sendHeaders(new Metadata());
        }
    }

    @Override
    public void onHalfClose() {
        tasks.now(
                () -> {
                    halfClosed = true;
                    links.halfClose();
                    slots.all().forEach(pump::enqueue);
                    runPump();
                });
    }

    @Override
    public void onReady() {
        tasks.now(this::runPump);
    }

    @Override
    public void onCancel() {
        thread.run(this::closed);
    }

    @Override
    public void onComplete() {
        thread.run(this::closed);
    }

    private void closed() {
        release();
        pump.closed();
    }

    // Whose turn it is

    /** Runs it on the stream's thread, if the stream is not over by then. From any thread. */
    void later(Runnable task) {
        laterOr(task, () -> {});
    }

    /** The same; if the stream is over, runs {@code otherwise} there. */
    void laterOr(Runnable task, Runnable otherwise) {
        tasks.laterOr(task, otherwise);
    }

    private void failed(RuntimeException e) {
        LOG.error("a stream of Fetch failed", e);
        finish(
                Status.newBuilder()
                        .setCode(io.grpc.Status.Code.INTERNAL.value())
                        .setMessage("the stream failed; the broker's log says why")
                        .build());
    }

    // What slots ask of their stream

    boolean isOver() {
        return over;
    }

    /** Whether the reader will grant nothing more. */
    boolean halfClosed() {
        return halfClosed;
    }

    FetchPump pump() {
        return pump;
    }

    ByteBudget.Share share() {
        return share;
    }

    FetchLinks links() {
        return links;
    }

    /** Another broker leads the slot's partition: one that passes on takes its place. */
    void forward(int number, FetchOpen open, Demand granted, Elsewhere leader) {
        slots.replace(new ForwardedSlot(services, this, number, open, granted, leader));
        if (halfClosed) {
            links.halfClose();
        }
    }

    /** The slot may have something to do. */
    void ready(StreamSlot slot) {
        if (!slot.ended()) {
            pump.enqueue(slot);
            runPump();
        }
    }

    void runPump() {
        pump.run();
        if (over) {
            return;
        }
        if (requestsPaused && pump.unsentEndings() < MAX_UNSENT_ENDINGS) {
            requestsPaused = false;
            call.request(1);
        }
        if (halfClosed && slots.isEmpty() && pump.unsentEndings() == 0) {
            finish(Failures.OK);
        }
    }

    /** A slot's end is the stream's if it is alone, else an answer. */
    void slotEnded(StreamSlot slot, FetchResponse ending) {
        slots.remove(slot);
        if (slots.isSingle()) {
            finish(ending.getClosed());
        } else {
            pump.enqueueEnding(ending);
            later(this::runPump);
        }
    }

    // Time, and the end

    /** There is a slot to look after. */
    void startTicking() {
        if (ticking == null) {
            long periodMs =
                    Math.max(1, services.limits().idleInterval().toMillis() / TICKS_PER_INTERVAL);
            ticking =
                    services.environment()
                            .timer()
                            .scheduleWithFixedDelay(
                                    () -> later(this::tick),
                                    periodMs,
                                    periodMs,
                                    TimeUnit.MILLISECONDS);
        }
    }

    /** One look at all slots: an idle one costs no timer of its own. */
    private void tick() {
        long nowNanos = services.environment().clock().nanoTime();
        long intervalNanos = services.limits().idleInterval().toNanos();
        long quietNanos = intervalNanos - intervalNanos / TICKS_PER_INTERVAL;
        for (StreamSlot slot : slots.all()) {
            slot.tick(nowNanos, quietNanos);
        }
    }

    /** Ends the call, at the boundary of an answer. */
    void finish(Status why) {
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
        if (ticking != null) {
            ticking.cancel(false);
        }
        slots.release();
        links.cancel();
        pump.discard();
        services.observer().streams(-1);
    }
}
