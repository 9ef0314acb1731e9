// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.replication.ReplicaMarks;
import io.taffrail.broker.replication.ReplicationTarget;
import io.taffrail.logstore.FollowerAppendResult;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.RestartPoint;
import io.taffrail.logstore.TruncationReason;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.DirectoryId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A replica that follows, over a real log, and does at once what its leader says. Notices if two
 * threads call it at a time. Any thread of the test may look at it.
 */
final class LogTarget implements ReplicationTarget, LogListener {
    /** Of all replicas of this follower. */
    private static final AtomicLong SUBSCRIPTIONS = new AtomicLong();

    private static final DirectoryId DIRECTORY = DirectoryId.random();

    private final PartitionLog log;
    private final int leaderId;
    private volatile int leaderEpoch;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<ReplicaMarks> marks = new CopyOnWriteArrayList<>();
    private final AtomicInteger callers = new AtomicInteger();
    private volatile boolean calledTwiceAtOnce;
    private volatile long subscription = -1;
    private volatile boolean over;
    private volatile boolean inSync = true;
    private volatile boolean full;
    private volatile OptionalLong badEntryOffset = OptionalLong.empty();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();

    private LogTarget(
            FileSystem files,
            Path parent,
            TopicPartition partition,
            int leaderId,
            int leaderEpoch,
            Executor flusher) {
        this.log = Logs.open(files, parent, partition, flusher, this);
        this.leaderId = leaderId;
        this.leaderEpoch = leaderEpoch;
    }

    static LogTarget open(
            FileSystem files,
            Path parent,
            TopicPartition partition,
            int leaderId,
            int leaderEpoch,
            Executor flusher) {
        return new LogTarget(files, parent, partition, leaderId, leaderEpoch, flusher);
    }

    // What a test says

    void end() {
        over = true;
        tell();
    }

    /** As if it were another target: a new epoch is one. */
    void setEpoch(int epoch) {
        leaderEpoch = epoch;
    }

    void setInSync(boolean value) {
        inSync = value;
        tell();
    }

    /** Nothing is appended until there is room again. */
    void setFull(boolean value) {
        full = value;
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    // What a test looks at

    PartitionLog log() {
        return log;
    }

    List<ReplicaMarks> marks() {
        return marks;
    }

    int cuts() {
        return cuts.get();
    }

    int restarts() {
        return restarts.get();
    }

    boolean calledTwiceAtOnce() {
        return calledTwiceAtOnce;
    }

    int listenerCount() {
        return listeners.size();
    }

    @Override
    public void durableEndAdvanced(PartitionLog ofLog, long durableEndOffset) {
        tell();
    }

    // ReplicationTarget

    @Override
    public TopicPartition partition() {
        return log.partition();
    }

    @Override
    public int leaderId() {
        return leaderId;
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public boolean isInSync() {
        return inSync;
    }

    @Override
    public CompletableFuture<FollowerOpen> open() {
        return alone(
                () -> {
                    subscription = SUBSCRIPTIONS.incrementAndGet();
                    FollowerOpen open =
                            new FollowerOpen(
                                    ReplicationFixture.FOLLOWER,
                                    ReplicationFixture.FOLLOWER_EPOCH,
                                    subscription,
                                    DIRECTORY,
                                    leaderEpoch,
                                    log.logEndOffset(),
                                    log.latestEpoch(),
                                    log.tombstoneHorizon());
                    return log.whenDurable(open.logEndOffset()).thenApply(durable -> open);
                });
    }

    @Override
    public Next accepted(long ofSubscription) {
        return alone(() -> Next.FOLLOW);
    }

    @Override
    public Next diverged(long ofSubscription, OptionalInt leadersEpoch, long endOffset) {
        return alone(
                () -> {
                    Optional<OffsetAndEpoch> own =
                            leadersEpoch.isPresent()
                                    ? log.endOfEpoch(leadersEpoch.getAsInt())
                                    : Optional.empty();
                    long cut = own.map(OffsetAndEpoch::offset).orElse(log.logStartOffset());
                    log.truncateTo(Math.min(cut, endOffset), TruncationReason.DIVERGENCE);
                    cuts.incrementAndGet();
                    return Next.OPEN;
                });
    }

    @Override
    public Next restart(long ofSubscription, RestartPoint from) {
        return alone(
                () -> {
                    log.restartAt(from);
                    restarts.incrementAndGet();
                    return Next.OPEN;
                });
    }

    @Override
    public Next append(Run run, ByteBuffer entries) {
        return alone(
                () -> {
                    assertThat(run.subscription()).isEqualTo(subscription);
                    if (full) {
                        return Next.PAUSE;
                    }
                    FollowerAppendResult result =
                            log.appendAsFollower(entries, run.fromOffset(), run.epochBefore());
                    if (result instanceof FollowerAppendResult.Appended appended) {
                        assertThat(appended.logEndOffset()).isEqualTo(run.nextOffset());
                        var unused = log.whenDurable(appended.logEndOffset());
                        return Next.FOLLOW;
                    }
                    if (result instanceof FollowerAppendResult.BadEntry) {
                        badEntryOffset = OptionalLong.of(run.fromOffset());
                        return Next.PAUSE;
                    }
                    return Next.OPEN;
                });
    }

    @Override
    public OptionalLong badEntryOffset() {
        return badEntryOffset;
    }

    @Override
    public void marks(long ofSubscription, ReplicaMarks news) {
        var unused =
                alone(
                        () -> {
                            marks.add(news);
                            news.highWatermark().ifPresent(log::advanceHighWatermark);
                            log.advanceLogStart(
                                    Math.min(news.logStartOffset(), log.highWatermark()));
                            return Next.FOLLOW;
                        });
    }

    @Override
    public Vouched vouched() {
        return alone(
                () -> new Vouched(subscription, log.durableEndOffset(), log.logStartOffset(), 0));
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        Runnable own = new Runnable() { // told apart by identity
                    @Override
                    public void run() {
                        listener.run();
                    }
                };
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    private <T> T alone(Step<T> step) {
        if (callers.incrementAndGet() > 1) {
            calledTwiceAtOnce = true;
        }
        try {
            return step.take();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            callers.decrementAndGet();
        }
    }
}
