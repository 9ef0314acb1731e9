// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.logstore.LogCompactor;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.RetentionClock;
import io.taffrail.logstore.recovery.RecoveryReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the logs need now and then: retention, compaction, checkpoints, the scrub, and a look at who
 * waits for too long. Every pass runs on the upkeep's own thread but for the quick ones, which run
 * on the timer's.
 */
public final class ReplicaUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaUpkeep.class);
    private static final Duration EXPIRY_INTERVAL = Duration.ofMillis(50);
    private static final Duration FOLLOWERS_INTERVAL = Duration.ofMillis(100);
    private static final Duration SLOW_IO_THRESHOLD = Duration.ofSeconds(5); // P10
    private static final Duration IDLE_SLICE = Duration.ofMinutes(1);
    private static final int SCRUB_BYTES = 4 << 20;
    private static final int COMPACTION_MAP_BYTES = 64 << 20;

    /**
     * How often.
     *
     * @param retention age and size are looked at, segments rolled by age
     * @param compaction a pass over each log with cleanup.policy=compact
     * @param checkpoint recovery points are written
     * @param scrub a few MiB of the next log are verified
     */
    public record Intervals(
            Duration retention, Duration compaction, Duration checkpoint, Duration scrub) {}

    /** One log's turn. */
    private interface Pass {
        void run(LocalReplica replica, PartitionLog log) throws IOException;
    }

    private final Replicas replicas;
    private final RetentionClock retentionClock;
    private final List<ScheduledFuture<?>> tasks;
    private final Map<PartitionLog, Long> scrubbedTo = new ConcurrentHashMap<>();
    private int scrubTurn; // only the worker

    /**
     * Begins.
     *
     * @param timer for what is quick
     * @param worker one thread, for what reads and writes the disk
     */
    public ReplicaUpkeep(
            Replicas replicas,
            RetentionClock retentionClock,
            Intervals intervals,
            ScheduledExecutorService timer,
            ScheduledExecutorService worker) {
        this.replicas = replicas;
        this.retentionClock = retentionClock;
        this.tasks =
                List.of(
                        every(EXPIRY_INTERVAL, timer, this::expireWaiters),
                        every(FOLLOWERS_INTERVAL, timer, this::lookAfterFollowers),
                        every(Duration.ofSeconds(1), timer, this::lookForTrouble),
                        every(intervals.retention(), worker, () -> forEach(this::retain)),
                        every(intervals.compaction(), worker, () -> forEach(this::compact)),
                        every(
                                intervals.checkpoint(),
                                worker,
                                () -> forEach((replica, log) -> log.checkpoint())),
                        every(intervals.scrub(), worker, this::scrubNext));
    }

    private static ScheduledFuture<?> every(
            Duration interval, ScheduledExecutorService executor, Runnable task) {
        Runnable guarded =
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.error("upkeep of the logs failed, and goes on", e);
                    }
                };
        return executor.scheduleWithFixedDelay(
                guarded, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expireWaiters() {
        replicas.all().forEach(replica -> replica.leader().ifPresent(LeaderReplica::expireWaiters));
    }

    private void lookAfterFollowers() {
        replicas.all()
                .forEach(replica -> replica.leader().ifPresent(LeaderReplica::lookAfterFollowers));
    }

    private void lookForTrouble() {
        replicas.all()
                .forEach(
                        replica ->
                                replica.log()
                                        .ifPresent(
                                                log -> {
                                                    log.reportSlowIo(SLOW_IO_THRESHOLD);
                                                    log.revokeIdleSlices(IDLE_SLICE);
                                                }));
    }

    /** Each log gets its turn, whatever becomes of another's. */
    private void forEach(Pass pass) {
        for (LocalReplica replica : replicas.all()) {
            if (replica.log().isPresent()
                    && replica.log().get().recoveryReport().outcome()
                            != RecoveryReport.Outcome.CORRUPT) {
                try {
                    pass.run(replica, replica.log().get());
                } catch (IOException e) {
                    LOG.debug("upkeep of {} failed", replica.partition(), e);
                }
            }
        }
    }

    /** Only the leader moves the log start (P16). */
    private void retain(LocalReplica replica, PartitionLog log) throws IOException {
        log.rollIfTooOld();
        OptionalLong now = retentionClock.nowMs();
        if (replica.leader().isPresent() && now.isPresent()) {
            long before = log.logStartOffset();
            log.retain(now.getAsLong());
            if (log.logStartOffset() > before) {
                LOG.info("{} starts at offset {} now", replica.partition(), log.logStartOffset());
                replica.leader().ifPresent(LeaderReplica::onLogStartMoved);
            }
        }
    }

    private void compact(LocalReplica replica, PartitionLog log) throws IOException {
        OptionalLong now = retentionClock.nowMs();
        if (log.config().compact() && now.isPresent()) {
            long tombstoneEnd = tombstoneEnd(replica, log);
            LogCompactor.Result result =
                    new LogCompactor(log, COMPACTION_MAP_BYTES).run(now.getAsLong(), tombstoneEnd);
            LOG.debug("compacted {}: {}", replica.partition(), result);
        }
    }

    /**
     * Tombstones below it may go: each replica has compacted past them, as the leader knows, and as
     * followers hear from it (P22). An only replica has no other to wait for.
     */
    static long tombstoneEnd(LocalReplica replica, PartitionLog log) {
        if (replica.entry().replicas().size() == 1) {
            return log.highWatermark();
        }
        return replica.leader()
                .map(LeaderReplica::compactedEverywhere)
                .or(() -> replica.follower().map(FollowerReplica::tombstoneHorizon))
                .orElse(log.tombstoneHorizon());
    }

    private void scrubNext() {
        List<LocalReplica> all = List.copyOf(replicas.all());
        if (all.isEmpty()) {
            return;
        }
        scrubTurn = (scrubTurn + 1) % all.size();
        all.get(scrubTurn)
                .log()
                .ifPresent(
                        log -> {
                            try {
                                long from =
                                        Math.max(
                                                log.logStartOffset(),
                                                scrubbedTo.getOrDefault(log, 0L));
                                scrubbedTo.put(log, log.scrub(from, SCRUB_BYTES));
                            } catch (IOException e) {
                                LOG.debug("the scrub of {} failed", log.partition(), e);
                            }
                        });
        scrubbedTo.keySet().retainAll(all.stream().flatMap(each -> each.log().stream()).toList());
    }

    @Override
    public void close() {
        tasks.forEach(task -> task.cancel(false));
    }
}
