// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.grpc.ServerCall;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sends what a stream's slots have, in turn, for as long as the receiver takes it. While gRPC says
 * that it does not, nothing is read: so a stream holds what gRPC lets through, one answer more, and
 * one that was read elsewhere meanwhile. At most one read of a stream is under way on the readers.
 * On the stream's thread.
 */
final class FetchPump {
    private final FetchServices services;
    private final FetchStream stream;
    private final ServerCall<FetchRequest, FetchAnswer> call;

    /** Slots that may have something to do; each in it once. */
    private final Set<StreamSlot> turns = new LinkedHashSet<>();

    private final Queue<FetchResponse> endings = new ArrayDeque<>();
    private final Queue<FetchSlot> waitingForDisk = new ArrayDeque<>();
    private boolean diskBusy;
    private Landed landed; // null: none
    private boolean awaitsRoom;
    private final List<ByteBudget.Charge> copied = new ArrayList<>();
    private boolean running;

    /** What was read elsewhere. */
    private record Landed(FetchSlot slot, ReadOutcome outcome, ByteBudget.Charge charge) {
        void discard() {
            outcome.discard();
            charge.release();
        }
    }

    FetchPump(
            FetchServices services,
            FetchStream stream,
            ServerCall<FetchRequest, FetchAnswer> call) {
        this.services = services;
        this.stream = stream;
        this.call = call;
    }

    /** Gives the slot a turn, behind those that wait for theirs. */
    void enqueue(StreamSlot slot) {
        turns.add(slot);
    }

    /** Queues the last word on a slot. */
    void enqueueEnding(FetchResponse ending) {
        endings.add(ending);
    }

    int unsentEndings() {
        return endings.size();
    }

    /** Sends what can be sent now. */
    void run() {
        if (running) {
            return; // one of the slots called back
        }
        running = true;
        try {
            while (!stream.isOver() && call.isReady() && turn()) {
                // one answer at a time
            }
        } finally {
            running = false;
        }
    }

    /** Returns whether there was something to do. */
    private boolean turn() {
        releaseCopied();
        if (!endings.isEmpty()) {
            send(FetchAnswer.of(endings.remove()));
            return true;
        }
        if (landed != null) {
            Landed next = landed;
            landed = null;
            again(next.slot(), next.slot().land(next.outcome(), next.charge()));
            freeDisk();
            return true;
        }
        if (awaitsRoom || turns.isEmpty()) {
            return false;
        }
        StreamSlot slot = turns.iterator().next();
        turns.remove(slot);
        again(slot, slot.step());
        return true;
    }

    private void again(StreamSlot slot, boolean hasMore) {
        if (hasMore && !slot.ended()) {
            enqueue(slot);
        }
    }

    void send(FetchAnswer answer) {
        try (answer) {
            call.sendMessage(answer);
            answer.takeCharge().ifPresent(copied::add); // gRPC has a copy of those bytes now
        }
    }

    /** Bytes that gRPC copied count until it asks for more. */
    private void releaseCopied() {
        copied.forEach(ByteBudget.Charge::release);
        copied.clear();
    }

    // What may wait for a disk

    /** Whether the slot may read elsewhere now; if not, it is called when it may. */
    boolean takeDiskTurn(FetchSlot slot) {
        if (diskBusy) {
            waitingForDisk.add(slot);
            return false;
        }
        diskBusy = true;
        return true;
    }

    private void freeDisk() {
        diskBusy = false;
        FetchSlot next = waitingForDisk.poll();
        if (next != null) {
            enqueue(next);
        }
    }

    void readElsewhere(FetchSlot slot, Supplier<ReadOutcome> read, ByteBudget.Charge charge) {
        services.environment().readers().execute(() -> readThere(slot, read, charge));
    }

    private void readThere(FetchSlot slot, Supplier<ReadOutcome> read, ByteBudget.Charge charge) {
        try {
            Landed arrived = new Landed(slot, read.get(), charge);
            stream.laterOr(() -> land(arrived), arrived::discard);
        } catch (RuntimeException e) {
            stream.later(
                    () -> {
                        throw e; // where a stream's bugs end the stream
                    });
        }
    }

    private void land(Landed arrived) {
        landed = arrived;
        stream.runPump();
    }

    // The budget

    /** There is no room for the slot's answer: nothing is read for this stream until there is. */
    void awaitRoom(StreamSlot slot, boolean hasDiskTurn) {
        if (hasDiskTurn) {
            freeDisk();
        }
        enqueue(slot);
        awaitsRoom = true;
        stream.share()
                .whenRoom(
                        () ->
                                stream.later(
                                        () -> {
                                            awaitsRoom = false;
                                            stream.runPump();
                                        }));
    }

    /** Lets go of what will not be sent. */
    void discard() {
        if (landed != null) {
            landed.discard();
            landed = null;
        }
    }

    /** The transport is done with the call. */
    void closed() {
        releaseCopied();
    }
}
