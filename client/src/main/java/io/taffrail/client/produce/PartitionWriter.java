// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.connection.Backoff;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.Route;
import io.taffrail.model.Acks;
import io.taffrail.model.LogError;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one partition's batches in order and sees each through, whatever breaks (P23). What it was
 * answered decides between sending again, at the same or another broker; splitting; a new epoch;
 * and failing the batch. Only on the producer's thread.
 */
final class PartitionWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionWriter.class);

    /** A broker waits for its metadata at most 2 s, and a door may have to find the leader too. */
    private static final long OPENING_PATIENCE_NANOS = Duration.ofSeconds(6).toNanos();

    /** For the last answers of a leader that was told that it leads no more. */
    private static final Duration GRACE_FOR_FORMER_LEADER = Duration.ofMillis(100);

    /** A leader that does not answer for so long may be one no more, and not know it. */
    private static final long UNDOUBTED_NANOS = Duration.ofSeconds(2).toNanos();

    /** Moving from a door to the leader is tried no more often. */
    private static final long LEAST_NANOS_BETWEEN_MOVES = Duration.ofSeconds(1).toNanos();

    private final PartitionRef partition;
    private final BatchQueue queue;
    private final WriterContext context;
    private final BatchPipeline pipeline;
    private final Backoff backoff = new Backoff();
    private final long requestPatienceNanos;

    private ProduceStream.Slot slot; // null: none
    private boolean opened;
    private boolean backingOff;
    private int pauses;
    private int triedEpoch = -1; // the newest that a slot was opened with
    private boolean lingering;
    private long slotSinceNanos;
    private long movedNanos;
    private boolean moved;
    private Optional<TaffrailException> lastFailure = Optional.empty();

    PartitionWriter(PartitionRef partition, BatchQueue queue, WriterContext context) {
        this.partition = partition;
        this.queue = queue;
        this.context = context;
        this.pipeline = new BatchPipeline(partition, queue, this, context);
        this.requestPatienceNanos = context.settings().requestTimeout().toNanos() / 2 * 3;
    }

    BatchQueue queue() {
        return queue;
    }

    /** Sends what may be sent now, after seeing to it that there is where to. */
    void pump() {
        long now = context.turn().nowNanos();
        pipeline.expire(now, lastFailure);
        if (pipeline.isEmpty() || backingOff || !pipeline.hasIdentity()) {
            return;
        }
        if (slot == null) {
            open(now);
        }
        while (opened && pipeline.sendNext(slot, now)) {
            slotSinceNanos = now;
        }
        lingerOn(now);
    }

    /** Comes back when the open batch has lingered. */
    private void lingerOn(long now) {
        long dueNanos = queue.nextDueNanos(now);
        if (opened && dueNanos > now && !lingering) {
            lingering = true;
            context.turn()
                    .later(
                            Duration.ofNanos(dueNanos - now),
                            () -> {
                                lingering = false;
                                pump();
                            });
        }
    }

    private void open(long now) {
        Route route = context.connection().metadata().route(partition);
        ProduceOpen.Builder open =
                ProduceOpen.newBuilder()
                        .setTopic(partition.topic())
                        .setPartition(partition.partition())
                        .setAcks(acks())
                        .setTimeoutMs((int) context.settings().requestTimeout().toMillis());
        route.topicId().ifPresent(open::setTopicId);
        route.leaderEpoch().ifPresent(open::setLeaderEpoch);
        route.leaderEpoch().ifPresent(epoch -> triedEpoch = epoch);
        opened = false;
        slotSinceNanos = now;
        slot = context.streams().open(route.address(), this, open.build());
    }

    private io.taffrail.api.v1.Acks acks() {
        return context.settings().acks() == Acks.ALL
                ? io.taffrail.api.v1.Acks.ACKS_ALL
                : io.taffrail.api.v1.Acks.ACKS_LEADER;
    }

    /**
     * Looks whether the broker is silent for too long, and goes on where time alone was waited for.
     */
    void tick() {
        long now = context.turn().nowNanos();
        if (slot != null && (!opened || pipeline.oldestSentNanos().isPresent())) {
            onSilence(now - pipeline.oldestSentNanos().orElse(slotSinceNanos));
        }
        pump();
    }

    /** The broker has not answered for so long what it was asked last. */
    private void onSilence(long nanos) {
        if (!opened && nanos >= OPENING_PATIENCE_NANOS) {
            giveUpOpening();
        } else if (nanos >= requestPatienceNanos) {
            slot.breakOff("no answer within " + Duration.ofNanos(requestPatienceNanos));
        } else if (nanos >= UNDOUBTED_NANOS) {
            context.connection().metadata().doubt(slot.address());
        }
    }

    /** One slot's trouble: others of the same stream may be well. */
    private void giveUpOpening() {
        ProduceStream.Slot silent = slot;
        context.connection().channels().failed(silent.address());
        silent.letGo();
        onClosed(silent, Failure.local("the slot was not opened in time", silent.address()));
    }

    /** Looks whether the partition has another leader than the one that is waited for. */
    void onNews() {
        if (!hasNewerLeader()) {
            return;
        }
        if (slot != null) {
            ProduceStream.Slot former = slot;
            context.turn().later(graceForFormerLeader(), () -> leaveFormerLeader(former));
        } else if (backingOff) {
            pauses++;
            backingOff = false;
            backoff.reset();
            pump();
        }
    }

    /** What is sent again without an identity may be stored twice: rather wait for its answer. */
    private Duration graceForFormerLeader() {
        return context.settings().idempotent()
                ? GRACE_FOR_FORMER_LEADER
                : GRACE_FOR_FORMER_LEADER.multipliedBy(10);
    }

    private boolean hasNewerLeader() {
        return context.connection()
                .metadata()
                .leader(partition)
                .filter(leader -> leader.id().isPresent() && leader.epoch() > triedEpoch)
                .isPresent();
    }

    /** A leader that lives on says itself that it leads no more; this one hangs, or is cut off. */
    private void leaveFormerLeader(ProduceStream.Slot former) {
        if (slot == former && hasNewerLeader()) {
            leaveSlot();
            former.letGo();
            backoff.reset();
            pump();
        }
    }

    void onIdentity(ProducerIdentity identity) {
        pipeline.useIdentity(identity);
        pump();
    }

    void onNoIdentity(TaffrailException why) {
        lastFailure = Optional.of(why);
        if (!why.retriable()) {
            pipeline.failAll(why);
        }
        pipeline.forgetIdentityRequest();
        if (!pipeline.isEmpty()) {
            backOff(backoff.after(Failure.local(why.getMessage(), context.connection().door())));
        }
    }

    void onOpened(ProduceStream.Slot from, Opened news) {
        if (slot != from) {
            return;
        }
        context.connection().metadata().learn(partition, news);
        opened = true;
        triedEpoch = Math.max(triedEpoch, news.getLeaderEpoch());
        pipeline.setLimits(news.getMaxInFlight(), news.getMaxBatchBytes());
        if (news.getForwarded()) {
            context.turn().later(Duration.ZERO, () -> moveToLeader(from));
        }
        pump();
    }

    /** Saves the hop through a door, if the leader can be reached and nothing is under way. */
    private void moveToLeader(ProduceStream.Slot from) {
        long now = context.turn().nowNanos();
        boolean justMoved = moved && now - movedNanos < LEAST_NANOS_BETWEEN_MOVES;
        if (slot != from || justMoved || pipeline.oldestSentNanos().isPresent()) {
            return;
        }
        Route route = context.connection().metadata().route(partition);
        if (!route.address().equals(from.address())) {
            moved = true;
            movedNanos = now;
            leaveSlot();
            from.letGo();
            pump();
        }
    }

    void onAck(ProduceStream.Slot from, ProduceAck ack) {
        if (slot != from) {
            return;
        }
        if (!pipeline.acknowledge(ack)) {
            from.breakOff("the broker answered what was not asked");
            return;
        }
        backoff.reset();
        pump();
    }

    void onClosed(ProduceStream.Slot from, Failure failure) {
        if (slot != from) {
            return;
        }
        leaveSlot();
        context.connection().metadata().learn(partition, failure);
        TaffrailException thrown = failure.toException("cannot append to " + partition);
        lastFailure = Optional.of(thrown);
        if (failure.is(LogError.NOT_COMMITTED_IN_TIME) || failure.is(LogError.LEADER_UNKNOWN)) {
            context.connection().metadata().doubt(from.address());
        }
        LOG.debug("{}", thrown.getMessage());
        decide(failure);
        pump();
    }

    private void leaveSlot() {
        slot = null;
        opened = false;
        pipeline.takeBackUnanswered();
    }

    private void decide(Failure failure) {
        if (failure.is(LogError.PRODUCER_FENCED)) {
            context.onFenced().accept(failure);
        } else if (failure.is(LogError.OUT_OF_ORDER_SEQUENCE)
                || failure.is(LogError.UNKNOWN_PRODUCER)) {
            pipeline.renewIdentity();
        } else if (failure.is(LogError.BATCH_TOO_LARGE)) {
            pipeline.refuseSizeOfOldest(failure);
        } else if (failure.passes()) {
            backOff(backoff.after(failure));
        } else if (isOfOneBatch(failure)) {
            pipeline.failOldest(failure.toException("cannot append to " + partition));
        } else {
            pipeline.failAll(failure.toException("cannot append to " + partition));
        }
    }

    /** Whether only the oldest request is to blame, rather than the partition. */
    private static boolean isOfOneBatch(Failure failure) {
        return failure.code() == io.grpc.Status.Code.INVALID_ARGUMENT
                || failure.is(LogError.OFFSET_MISMATCH);
    }

    private void backOff(Duration delay) {
        backingOff = true;
        int pause = ++pauses;
        context.turn()
                .later(
                        delay,
                        () -> {
                            if (pauses == pause) {
                                backingOff = false;
                                pump();
                            }
                        });
    }

    /** Sends without lingering, and adds what is to be waited for. */
    void flush(Collection<ProducerBatch> unfinished) {
        queue.seal();
        pipeline.addTo(unfinished);
        pump();
    }

    void failAll(TaffrailException why) {
        if (slot != null) {
            ProduceStream.Slot left = slot;
            leaveSlot();
            left.letGo();
        }
        pipeline.failAll(why);
    }
}
