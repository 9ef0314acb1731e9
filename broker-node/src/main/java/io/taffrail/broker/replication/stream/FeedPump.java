// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.grpc.ServerCall;
import io.taffrail.api.internal.v1.ReplicateRequest;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Sends what a feed's slots have, in turn: runs while there is credit, answers and marks without.
 * While gRPC says that the follower does not take more, nothing is read for it. At most one read of
 * a feed is under way on the readers. On the feed's thread.
 */
final class FeedPump {
    /** A run that is so long costs no more for each byte than a longer one. */
    private static final int MAX_RUN_BYTES = 1 << 20;

    private static final int MIN_SHARE_BYTES = 64 << 10;
    private static final int PARTS = 4;
    private static final long MAX_CREDIT_BYTES = 1L << 40;
    private static final int MAX_MARKS = 1000;

    /** So many runs go out before marks that wait. */
    private static final int RUNS_BETWEEN_MARKS = 4;

    private final ReplicaFeed feed;
    private final ServerCall<ReplicateRequest, FetchAnswer> call;
    private final Queue<ReplicateResponse> answers = new ArrayDeque<>();

    /** Slots that may have something to send; each in it once. */
    private final Set<FeedSlot> turns = new LinkedHashSet<>();

    private final Set<FeedSlot> marksDue = new LinkedHashSet<>();
    private final Set<FeedSlot> withoutCredit = new LinkedHashSet<>();
    private final Set<FeedSlot> waitingForDisk = new LinkedHashSet<>();
    private boolean diskBusy;
    private int runsSinceMarks;
    private boolean signOfLifeDue;
    private long creditBytes;

    FeedPump(ReplicaFeed feed, ServerCall<ReplicateRequest, FetchAnswer> call) {
        this.feed = feed;
        this.call = call;
    }

    /** Gives the slot a turn, behind those that wait for theirs. */
    void enqueue(FeedSlot slot) {
        turns.add(slot);
    }

    /** Answers, in order, before anything else. */
    void answer(ReplicateResponse answer) {
        answers.add(answer);
    }

    /** The slot's marks are sent soon, with those of others. */
    void enqueueMarks(FeedSlot slot) {
        marksDue.add(slot);
    }

    /** Something is sent soon, marks or an empty message. */
    void signOfLife() {
        signOfLifeDue = true;
    }

    /** The slot is not heard of again. */
    void forget(FeedSlot slot) {
        turns.remove(slot);
        marksDue.remove(slot);
        withoutCredit.remove(slot);
        waitingForDisk.remove(slot);
    }

    // Credit

    void grant(long bytes) {
        creditBytes = Math.min(creditBytes + bytes, MAX_CREDIT_BYTES);
        if (creditBytes > 0) {
            turns.addAll(withoutCredit);
            withoutCredit.clear();
        }
    }

    /**
     * Takes credit for one run of the slot: a part of what each of those that wait could get, so
     * that none takes all. If there is none, the slot is called when there is; 0 then.
     */
    int takeShare(FeedSlot slot) {
        if (creditBytes <= 0) {
            withoutCredit.add(slot);
            return 0;
        }
        long fair =
                Math.max(
                        MIN_SHARE_BYTES,
                        creditBytes / PARTS / (turns.size() + waitingForDisk.size() + 1));
        int share = (int) Math.min(MAX_RUN_BYTES, Math.min(fair, creditBytes));
        creditBytes -= share;
        return share;
    }

    /** Corrects what was taken to what was sent: less, or one entry that is larger. */
    void settle(int share, int sentBytes) {
        grant((long) share - sentBytes);
    }

    // Sending

    /** Sends what can be sent now. */
    void run() {
        while (!feed.isOver() && call.isReady() && turn()) {
            // one message at a time
        }
    }

    /** Returns whether there was something to do. */
    private boolean turn() {
        if (!answers.isEmpty()) {
            send(answers.remove());
            return true;
        }
        passDiskTurn();
        if (!turns.isEmpty() && (marksDue.isEmpty() || runsSinceMarks < RUNS_BETWEEN_MARKS)) {
            FeedSlot slot = pollFirst(turns);
            if (slot.takeTurn()) {
                enqueue(slot);
            }
            return true;
        }
        if (marksDue.isEmpty() && !signOfLifeDue) {
            return false;
        }
        sendMarks();
        return true;
    }

    private void sendMarks() {
        ReplicateResponse.Builder message = ReplicateResponse.newBuilder();
        Iterator<FeedSlot> due = marksDue.iterator();
        while (due.hasNext() && message.getMarksCount() < MAX_MARKS) {
            message.addMarks(due.next().takeMarks());
            due.remove();
        }
        runsSinceMarks = 0;
        signOfLifeDue = false;
        send(message.build());
    }

    private void send(ReplicateResponse message) {
        send(FetchAnswer.of(message));
    }

    /** Sends a run, whose slot's marks are in it. */
    void sendRun(FeedSlot slot, FetchAnswer run) {
        marksDue.remove(slot);
        runsSinceMarks++;
        signOfLifeDue = false;
        send(run);
    }

    private void send(FetchAnswer answer) {
        try (answer) {
            call.sendMessage(answer);
        }
    }

    // What may wait for a disk

    /** Whether the slot may read elsewhere now; if not, it gets a turn when it may. */
    boolean takeDiskTurn(FeedSlot slot) {
        if (diskBusy) {
            waitingForDisk.add(slot);
            return false;
        }
        diskBusy = true;
        return true;
    }

    void freeDisk() {
        diskBusy = false;
        passDiskTurn();
    }

    /** The slot that waited longest is next, if it still has something to read. */
    private void passDiskTurn() {
        if (!diskBusy && !waitingForDisk.isEmpty()) {
            enqueue(pollFirst(waitingForDisk));
        }
    }

    private static FeedSlot pollFirst(Set<FeedSlot> slots) {
        FeedSlot first = slots.iterator().next();
        slots.remove(first);
        return first;
    }
}
