// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.testing;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.replication.AppendTicket;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogEnvironment;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.TimedOffset;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.Acks;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A leader without followers over a real log. What is appended is committed at once, or once a test
 * says so ({@link #holdCommits}, {@link #commitTo}). Any thread.
 */
public final class FakePartitionLeader implements PartitionLeader, AutoCloseable {
    private final PartitionLog log;
    private final int leaderEpoch;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>(); // under this object's lock
    private boolean commitsHeld; // under this object's lock
    private volatile boolean highWatermarkKnown = true;
    private volatile int partitionCount = 1;
    private volatile Runnable afterEachRead = () -> {};
    private volatile Optional<LogFailure> ended = Optional.empty();
    private volatile Optional<LogFailure> refusal = Optional.empty();

    private record Waiter(long endOffset, CompletableFuture<Optional<LogFailure>> done) {}

    private FakePartitionLeader(PartitionLog log, int leaderEpoch) {
        this.log = log;
        this.leaderEpoch = leaderEpoch;
        log.advanceHighWatermark(log.logEndOffset());
    }

    /** Leads over a log in a directory of its own under {@code parent}. */
    public static FakePartitionLeader open(
            Path parent, TopicPartition partition, LogConfig config, int leaderEpoch) {
        NioFileSystem files = new NioFileSystem();
        LogEnvironment environment =
                new LogEnvironment(
                        files,
                        Clock.SYSTEM,
                        Runnable::run,
                        new DiskReserve(files, parent, Clock.SYSTEM, 0),
                        LogListener.NONE);
        try {
            return new FakePartitionLeader(
                    PartitionLog.open(
                            environment,
                            parent.resolve(partition.directoryName()),
                            partition,
                            config,
                            OptionalLong.empty()),
                    leaderEpoch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // What a test says

    /** From now on nothing is committed until {@link #commitTo} or {@link #releaseCommits}. */
    public synchronized void holdCommits() {
        commitsHeld = true;
    }

    public void releaseCommits() {
        synchronized (this) {
            commitsHeld = false;
        }
        commitTo(log.logEndOffset());
    }

    /** All below {@code offset} is committed. */
    public void commitTo(long offset) {
        log.advanceHighWatermark(offset);
        complete(log.highWatermark(), Optional.empty());
        notifyListeners();
    }

    /** A new leader that has not committed anything of its epoch yet has no high watermark. */
    public void knowHighWatermark(boolean known) {
        highWatermarkKnown = known;
        notifyListeners();
    }

    /** Called with what was found in hand, by who reads. */
    public void afterEachRead(Runnable action) {
        afterEachRead = action;
    }

    public void setPartitionCount(int count) {
        partitionCount = count;
        notifyListeners();
    }

    /** Every append is refused with this, until it is empty again. */
    public void refuseAppends(Optional<LogFailure> failure) {
        refusal = failure;
    }

    /** The epoch is over. */
    public void end(LogFailure failure) {
        synchronized (this) {
            ended = Optional.of(failure);
        }
        complete(Long.MAX_VALUE, ended);
        notifyListeners();
    }

    public PartitionLog log() {
        return log;
    }

    /** Who is subscribed at present. */
    public int listenerCount() {
        return listeners.size();
    }

    /** Nobody who waits for a commit gets one; the epoch goes on. */
    public void giveUpWaiting(LogFailure failure) {
        complete(Long.MAX_VALUE, Optional.of(failure));
    }

    private void notifyListeners() {
        listeners.forEach(Runnable::run);
    }

    private void complete(long reachedOffset, Optional<LogFailure> outcome) {
        List<Waiter> reached = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                if (waiter.endOffset <= reachedOffset) {
                    each.remove();
                    reached.add(waiter);
                }
            }
        }
        reached.forEach(waiter -> waiter.done.complete(outcome));
    }

    // What a leader does

    @Override
    public AppendTicket append(
            List<ProducedBatch> batches,
            OptionalLong expectedBaseOffset,
            Acks acks,
            Duration timeout) {
        AppendTicket ticket;
        boolean committed;
        synchronized (this) {
            Optional<LogFailure> refused = ended.or(() -> refusal);
            if (refused.isPresent()) {
                return new AppendTicket.Refused(refused.get(), 0);
            }
            ticket = appendToLog(batches, expectedBaseOffset, acks, timeout);
            committed = !commitsHeld;
        }
        if (committed) {
            commitTo(log.logEndOffset());
        }
        return ticket;
    }

    private AppendTicket appendToLog(
            List<ProducedBatch> batches,
            OptionalLong expectedBaseOffset,
            Acks acks,
            Duration timeout) {
        List<AppendResult> results;
        try {
            results = log.appendAsLeader(batches, leaderEpoch, expectedBaseOffset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int last = results.size() - 1;
        if (results.get(last) instanceof AppendResult.Rejected rejected) {
            return new AppendTicket.Refused(failure(rejected), last);
        }
        return new AppendTicket.Accepted(
                results,
                acks == Acks.LEADER
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : await(endOffset(results), timeout));
    }

    private static LogFailure failure(AppendResult.Rejected rejected) {
        LogFailure failure = LogFailure.of(rejected.error(), rejected.message());
        for (Map.Entry<String, String> entry : rejected.metadata().entrySet()) {
            failure = failure.with(entry.getKey(), entry.getValue());
        }
        return rejected.field().map(failure::inField).orElse(failure);
    }

    private static long endOffset(List<AppendResult> results) {
        long end = 0;
        for (AppendResult result : results) {
            if (result instanceof AppendResult.Appended appended) {
                end = Math.max(end, appended.endOffset());
            } else if (result instanceof AppendResult.Duplicate duplicate) {
                end = Math.max(end, duplicate.stored().map(s -> s.lastOffset() + 1).orElse(0L));
            }
        }
        return end;
    }

    private CompletableFuture<Optional<LogFailure>> await(long endOffset, Duration timeout) {
        if (endOffset <= log.highWatermark()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Optional<LogFailure>> done = new CompletableFuture<>();
        waiters.add(new Waiter(endOffset, done));
        return done.completeOnTimeout(
                Optional.of(LogFailure.of(LogError.NOT_COMMITTED_IN_TIME, "not committed in time")),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    @Override
    public TopicPartition partition() {
        return log.partition();
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public LogConfig config() {
        return log.config();
    }

    @Override
    public int partitionCount() {
        return partitionCount;
    }

    @Override
    public long logStartOffset() {
        return log.logStartOffset();
    }

    @Override
    public OptionalLong highWatermark() {
        return highWatermarkKnown ? OptionalLong.of(log.highWatermark()) : OptionalLong.empty();
    }

    @Override
    public long logEndOffset() {
        return log.logEndOffset();
    }

    @Override
    public OptionalInt epochOf(long offset) {
        return log.epochOf(offset);
    }

    @Override
    public Optional<OffsetAndEpoch> endOfEpoch(int epoch) {
        return log.endOfEpoch(epoch);
    }

    @Override
    public Optional<LogFailure> ended() {
        return ended;
    }

    @Override
    public LogReadResult read(long fromOffset, int maxBytes) throws IOException {
        LogReadResult found = log.read(fromOffset, log.highWatermark(), maxBytes);
        afterEachRead.run();
        return found;
    }

    @Override
    public Optional<TimedOffset> offsetOfTime(long timestampMs) throws IOException {
        return log.offsetOfTime(timestampMs, log.highWatermark());
    }

    @Override
    public CompletableFuture<DeleteOutcome> deleteRecords(OptionalLong beforeOffset) {
        long before = Math.min(beforeOffset.orElse(Long.MAX_VALUE), log.highWatermark());
        try {
            log.advanceLogStart(before);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        notifyListeners();
        return CompletableFuture.completedFuture(new DeleteOutcome.Deleted(log.logStartOffset()));
    }

    @Override
    public List<LeaderState.Standing> followers() {
        return List.of();
    }

    @Override
    public long logBytes(long fromOffset) {
        return log.sizeBytesFrom(fromOffset);
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

    @Override
    public void close() {
        try {
            log.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
