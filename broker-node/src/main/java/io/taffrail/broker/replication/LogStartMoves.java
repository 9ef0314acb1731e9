// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.replication.PartitionLeader.DeleteOutcome;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.LogError;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the log start of a partition that is led here: only its leader does, and answers once every
 * in-sync replica has it (P16). Safe for any thread; requests are completed with no lock held.
 */
final class LogStartMoves {
    private static final Logger LOG = LoggerFactory.getLogger(LogStartMoves.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ReplicaEnvironment environment;
    private final PartitionLog log;
    private final LeaderEpoch epoch;
    private final LeaderProgress progress;
    private final Runnable onMoved;
    private final CommitWaiters waiting = new CommitWaiters(0); // for log starts to be in sync

    /**
     * @param onMoved told after the log start moved
     */
    LogStartMoves(
            ReplicaEnvironment environment,
            PartitionLog log,
            LeaderEpoch epoch,
            LeaderProgress progress,
            Runnable onMoved) {
        this.environment = environment;
        this.log = log;
        this.epoch = epoch;
        this.progress = progress;
        this.onMoved = onMoved;
    }

    /** See {@link PartitionLeader#deleteRecords}. */
    CompletableFuture<DeleteOutcome> deleteRecords(OptionalLong beforeOffset) {
        return CompletableFuture.supplyAsync(() -> delete(beforeOffset), environment.blocking())
                .thenCompose(this::inSync);
    }

    private DeleteOutcome delete(OptionalLong beforeOffset) {
        long highWatermark = progress.marks().highWatermark();
        long before = beforeOffset.orElse(highWatermark);
        if (before < 0 || before > highWatermark) {
            return new DeleteOutcome.Refused(outOfRange(before, highWatermark));
        }
        Optional<LogFailure> ended = epoch.ended();
        if (ended.isPresent()) {
            return new DeleteOutcome.Refused(ended.get());
        }
        try {
            log.advanceLogStart(before);
            moved();
            return new DeleteOutcome.Deleted(log.logStartOffset());
        } catch (IOException e) {
            LOG.warn("cannot delete the records of {} before {}", log.partition(), before, e);
            return new DeleteOutcome.Refused(FailedLog.of(log, e));
        }
    }

    private LogFailure outOfRange(long before, long highWatermark) {
        return LogFailure.of(
                        LogError.OFFSET_OUT_OF_RANGE,
                        "cannot delete before offset "
                                + before
                                + ": the log starts at "
                                + log.logStartOffset()
                                + ", the high watermark is "
                                + highWatermark)
                .with("log_start_offset", log.logStartOffset())
                .with("high_watermark", highWatermark);
    }

    /** Answered once every member has it durably, lest a new leader brings the records back. */
    private CompletableFuture<DeleteOutcome> inSync(DeleteOutcome outcome) {
        if (!(outcome instanceof DeleteOutcome.Deleted deleted)) {
            return CompletableFuture.completedFuture(outcome);
        }
        CompletableFuture<Optional<LogFailure>> everywhere =
                waiting.await(
                        deleted.logStartOffset(),
                        environment.clock().nanoTime() + TIMEOUT.toNanos());
        review();
        return everywhere.thenApply(
                late -> late.<DeleteOutcome>map(DeleteOutcome.Refused::new).orElse(deleted));
    }

    /** The log start has moved: readers and followers hear of it (P16). */
    void moved() {
        onMoved.run();
        review();
    }

    /** The members have changed, or what they vouch for. */
    void review() {
        long start = log.logStartOffset();
        if (waiting.size() > 0 && progress.is(state -> state.isLogStartInSync(start))) {
            waiting.reached(start);
        }
    }

    /** Gives NOT_COMMITTED_IN_TIME to the requests whose time is up. */
    void expire(long now) {
        waiting.expire(
                now,
                LogFailure.of(
                        LogError.NOT_COMMITTED_IN_TIME,
                        "the log start of "
                                + log.partition()
                                + " was moved, and not every in-sync replica has it yet: ask again"));
    }

    /** The epoch is over: everybody who waits is told. */
    void end(LogFailure why) {
        waiting.end(why);
    }
}
