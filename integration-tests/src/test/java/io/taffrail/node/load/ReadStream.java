// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.StartPosition;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * A Fetch stream with the flow control in the test's hands: messages come only when {@link #take}
 * asks for them. Checks that each slot's batches follow each other without gap or repetition.
 */
final class ReadStream extends ClientCall.Listener<FetchResponse> implements AutoCloseable {
    private final ClientCall<FetchRequest, FetchResponse> call;
    private final Map<Integer, Position> next = new ConcurrentHashMap<>();
    private final Set<Integer> granting = ConcurrentHashMap.newKeySet();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong costBytes = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile boolean greedy;

    ReadStream(NodeChannel node) {
        this.call = node.channel().newCall(LogServiceGrpc.getFetchMethod(), CallOptions.DEFAULT);
        call.start(this, new Metadata());
    }

    /** From the log's start. */
    static StartPosition earliest() {
        return StartPosition.newBuilder().setAnchor(Anchor.ANCHOR_EARLIEST).build();
    }

    /** At the log's end. */
    static StartPosition latest() {
        return StartPosition.newBuilder().setAnchor(Anchor.ANCHOR_LATEST).build();
    }

    /** Opens a slot that lives on HTTP/2's flow control alone. */
    void open(int slot, String topic, int partition, StartPosition start) {
        send(
                FetchRequest.newBuilder()
                        .setSlot(slot)
                        .setOpen(open(topic, partition, start).build())
                        .build());
    }

    /** Opens a slot with so much credit and no more; see {@link #grantBack}. */
    void open(int slot, String topic, int partition, StartPosition start, long creditBytes) {
        send(
                FetchRequest.newBuilder()
                        .setSlot(slot)
                        .setOpen(
                                open(topic, partition, start)
                                        .setDemand(Demand.newBuilder().setBytes(creditBytes)))
                        .build());
    }

    private static FetchOpen.Builder open(String topic, int partition, StartPosition start) {
        return FetchOpen.newBuilder().setTopic(topic).setPartition(partition).setStart(start);
    }

    /** From now on what a slot cost is granted anew; call before it is opened, or grant besides. */
    void grantBack(int slot) {
        granting.add(slot);
    }

    /** Adds credit. */
    void grant(int slot, long bytes) {
        send(
                FetchRequest.newBuilder()
                        .setSlot(slot)
                        .setDemand(Demand.newBuilder().setBytes(bytes))
                        .build());
    }

    private void send(FetchRequest request) {
        synchronized (call) { // grants come from the network's thread
            call.sendMessage(request);
        }
    }

    /** Takes so many messages. */
    void take(int messages) {
        call.request(messages);
    }

    /** Takes all messages from now on. */
    void takeAll() {
        greedy = true;
        call.request(4);
    }

    @Override
    public void onMessage(FetchResponse response) {
        int slot = response.getSlot();
        if (response.hasOpened() && response.getOpened().hasNext()) {
            if (next.putIfAbsent(slot, response.getOpened().getNext()) == null) {
                opened.incrementAndGet();
            }
        }
        for (RecordBatch batch : response.getBatchesList()) {
            follow(slot, batch);
        }
        if (response.getBatchesCount() > 0) {
            next.put(slot, response.getNext());
            costBytes.addAndGet(response.getCostBytes());
            if (granting.contains(slot)) {
                grant(slot, response.getCostBytes());
            }
        }
        if (response.hasClosed()) {
            failure.compareAndSet(null, "slot " + slot + ": " + response.getClosed());
        }
        if (greedy) {
            call.request(1);
        }
    }

    private void follow(int slot, RecordBatch batch) {
        long expected = next.get(slot).getOffset();
        if (batch.getBaseOffset() != expected) {
            failure.compareAndSet(
                    null, "slot " + slot + ": " + batch.getBaseOffset() + ", not " + expected);
        }
        next.put(
                slot,
                Position.newBuilder()
                        .setOffset(expected + batch.getLastOffsetDelta() + 1)
                        .setLeaderEpoch(batch.getLeaderEpoch())
                        .build());
        records.addAndGet(batch.getRecordCount());
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        failure.compareAndSet(null, "the stream ended: " + status);
    }

    /** Records that came, of all slots. */
    long records() {
        return records.get();
    }

    /** What the records cost, as the server counts it. */
    long costBytes() {
        return costBytes.get();
    }

    /** Slots that said where they begin. */
    long opened() {
        return opened.get();
    }

    /** Where a slot's reading goes on. */
    Position next(int slot) {
        return next.get(slot);
    }

    /** Waits, and fails with what went wrong on the stream. */
    void await(String what, Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            checkWhole();
            assertThat(System.nanoTime())
                    .as("%s: %d records, %d slots came", what, records(), opened())
                    .isLessThan(deadline);
            pause();
        }
        checkWhole();
    }

    /** Fails if a record was missed or repeated, or a slot or the stream ended. */
    void checkWhole() {
        assertThat(failure.get()).as("what is wrong with the stream").isNull();
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        call.cancel("done", null);
    }
}
