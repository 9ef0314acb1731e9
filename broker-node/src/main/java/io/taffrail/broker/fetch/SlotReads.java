// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.replication.PartitionLeader;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What a slot reads next: whether there is something, whether it is surely in memory, how much is
 * wanted of it, and whether to wait for more. On the stream's thread, but for {@link #read}.
 */
final class SlotReads {
    private final FetchServices services;
    private final FetchStream stream;
    private final SlotRequest request;
    private final Credit credit;

    private boolean atTail;
    private long atTailNanos;
    private Future<?> holding; // null: nothing is held back for min_bytes
    private boolean heldEnough;

    SlotReads(FetchServices services, FetchStream stream, SlotRequest request, Credit credit) {
        this.services = services;
        this.stream = stream;
        this.request = request;
        this.credit = credit;
    }

    /** Whether there is something below the high watermark; if not, this reader is at the tail. */
    boolean hasCommitted(PartitionLeader leader, long nextOffset) {
        OptionalLong highWatermark = leader.highWatermark();
        if (highWatermark.isPresent() && nextOffset >= highWatermark.getAsLong()) {
            atTail = true;
            atTailNanos = nanoTime();
        }
        return highWatermark.isPresent() && nextOffset < highWatermark.getAsLong();
    }

    /**
     * Whether the read may run on the event loop: it brings what was appended since this reader was
     * at the tail, that was just now, and nothing has to be decoded.
     */
    boolean isInMemory() {
        return atTail
                && nanoTime() - atTailNanos < services.limits().tailAge().toNanos()
                && !request.decoded()
                && request.acceptsAll();
    }

    /** How much the next response may hold. */
    int wantedBytes() {
        int contentBytes = ReadPlan.maxContentBytes(request.maxMessageBytes());
        int responseBytes = Math.max(1, Math.min(request.maxResponseBytes(), contentBytes));
        return (int) Math.min(responseBytes, credit.bytes());
    }

    ReadPlan plan(PartitionLeader leader, long nextOffset, int maxBytes) {
        int minBytes = heldEnough ? 0 : Math.min(request.minBytes(), maxBytes);
        return new ReadPlan(
                leader,
                nextOffset,
                request.endOffset(),
                minBytes,
                maxBytes,
                request.maxMessageBytes(),
                credit.bytes(),
                credit.records());
    }

    /** Reads. On any thread; the charge is released if that fails for a bug. */
    ReadOutcome read(ReadPlan plan, ByteBudget.Charge charge) {
        boolean complete = false;
        try {
            ReadOutcome outcome =
                    request.decoded()
                            ? services.reads().records(plan)
                            : services.reads().batches(plan, request.accepted());
            complete = true;
            return outcome;
        } finally {
            if (!complete) {
                charge.release();
            }
        }
    }

    /** There was less than {@code min_bytes}: calls {@code whenOver} once that was long enough. */
    void holdBack(Runnable whenOver) {
        if (holding == null) {
            holding =
                    services.environment()
                            .timer()
                            .schedule(
                                    () -> stream.later(() -> stopHolding(whenOver)),
                                    request.maxWait().toMillis(),
                                    TimeUnit.MILLISECONDS);
        }
    }

    private void stopHolding(Runnable whenOver) {
        if (holding != null) {
            heldEnough = true;
            whenOver.run();
        }
    }

    /** Something is sent, or nothing will be. */
    void cancelHolding() {
        if (holding != null) {
            holding.cancel(false);
            holding = null;
        }
        heldEnough = false;
    }

    private long nanoTime() {
        return services.environment().clock().nanoTime();
    }
}
