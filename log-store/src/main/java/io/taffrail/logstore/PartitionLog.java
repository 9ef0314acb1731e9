// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.compaction.CompactionSwap;
import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.recovery.Checkpoint;
import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.logstore.recovery.FsyncedEnd;
import io.taffrail.logstore.recovery.LogRecovery;
import io.taffrail.logstore.recovery.ProducerRecovery;
import io.taffrail.logstore.recovery.RecoveredLog;
import io.taffrail.logstore.recovery.RecoveryReport;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
import io.taffrail.model.LogError;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.BatchValidator;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One replica's log of one partition on one disk: the door to everything in this module.
 *
 * <p>Always: log start ≤ high watermark ≤ log end, and durable end ≤ log end. The log start may
 * stand inside a segment.
 *
 * <p><b>Threads.</b> What changes the log takes one lock, which is never held during an fsync
 * except where a method's comment says so; reads take no lock. Threads that come here must not be
 * interrupted ({@link io.taffrail.logstore.files}).
 *
 * <p><b>Errors.</b> What a caller has to expect is a value. An I/O error closes the log for
 * writing, tells the {@link LogListener}, and every later call throws {@link LogFailedException}: a
 * write or fsync that failed is never tried again (P18). Reading goes on.
 */
public final class PartitionLog implements AutoCloseable {
    private final LogEnvironment environment;
    private final SegmentContext context;
    private final LogConfig config;
    private final BatchValidator validator;
    private final RecoveryReport recoveryReport;
    private final FsyncedEnd fsyncedEnd;
    private final GroupCommit groupCommit;
    private final LogReader reader;
    private final Slices slices;

    /** Guards what follows, except for reading what is volatile. */
    private final ReentrantLock lock = new ReentrantLock();

    private final LeaderEpochs epochs;
    private ProducerStates producers;
    private volatile List<Segment> segments;
    private volatile List<DamagedRange> damage;
    private volatile long logStartOffset;
    private volatile long highWatermark;
    private volatile long recoveryPoint;
    private volatile long tombstoneHorizon;
    private volatile long compactedEndOffset;
    private volatile Closed closed;
    private List<Segment> unforced = new ArrayList<>(); // closed, acquired, not yet forced
    private boolean directoryUnforced;

    /** Two writers of the file would leave the older values in it. */
    private final Object checkpointWriter = new Object();

    private final IoTimer writing;
    private final IoTimer forcing;

    /** Why nothing is taken any more; the cause is null after an orderly close. */
    private record Closed(String why, IOException cause) {}

    /**
     * Opens the log in {@code directory}, after whatever happened to it, or makes an empty one
     * there.
     *
     * @param cleanEndOffset the log end by the clean mark of the last stop, if there is one that
     *     counts (P3)
     * @throws io.taffrail.logstore.recovery.NewerFormatException if it holds entries of a newer
     *     version
     * @throws IOException if the directory belongs to another partition, or cannot be read or
     *     written
     */
    public static PartitionLog open(
            LogEnvironment environment,
            Path directory,
            TopicPartition partition,
            LogConfig config,
            OptionalLong cleanEndOffset)
            throws IOException {
        return open(environment, directory, partition, config, cleanEndOffset, 0);
    }

    /** The same; where the directory is empty, the log begins at {@code startOffset}. */
    public static PartitionLog open(
            LogEnvironment environment,
            Path directory,
            TopicPartition partition,
            LogConfig config,
            OptionalLong cleanEndOffset,
            long startOffset)
            throws IOException {
        FileSystem files = environment.files();
        SegmentContext context =
                new SegmentContext(
                        files,
                        directory,
                        partition,
                        config.timestampType(),
                        config.indexIntervalBytes());
        if (!files.exists(directory)) {
            files.createDirectories(directory);
            files.syncDirectory(directory.toAbsolutePath().getParent());
        }
        LogDirectories.requireIdentity(files, directory, partition);
        if (files.list(directory).isEmpty()) {
            new Checkpoint(partition, startOffset, startOffset, startOffset, 0, 0)
                    .write(files, directory);
        }
        RecoveredLog recovered = LogRecovery.run(context, config.flush(), cleanEndOffset);
        return new PartitionLog(environment, context, config, recovered);
    }

    private PartitionLog(
            LogEnvironment environment,
            SegmentContext context,
            LogConfig config,
            RecoveredLog recovered) {
        this.environment = environment;
        this.context = context;
        this.config = config;
        this.validator = new BatchValidator(config.batchLimits());
        this.recoveryReport = recovered.report();
        this.fsyncedEnd = recovered.fsyncedEnd();
        this.epochs = recovered.epochs();
        this.producers = recovered.producers();
        this.segments = recovered.segments();
        this.damage = recovered.report().damage();
        this.logStartOffset = recovered.checkpoint().logStartOffset();
        this.highWatermark = Math.max(logStartOffset, recovered.checkpoint().highWatermark());
        this.recoveryPoint = recovered.checkpoint().recoveryPoint();
        this.tombstoneHorizon = recovered.checkpoint().tombstoneHorizon();
        this.compactedEndOffset = recovered.checkpoint().compactedEndOffset();
        this.slices = new Slices(environment.clock());
        this.writing = new IoTimer(environment.clock());
        this.forcing = new IoTimer(environment.clock());
        this.reader = new LogReader(this, context, slices);
        this.groupCommit =
                new GroupCommit(
                        environment.flusher(),
                        this::forceAppended,
                        new FlushOutcome(),
                        logEndOffset());
        if (!damage.isEmpty()) {
            this.closed = new Closed("the log is damaged: " + damage.get(0), null);
        }
    }

    // What it is

    public TopicPartition partition() {
        return context.partition();
    }

    public Path directory() {
        return context.directory();
    }

    public LogConfig config() {
        return config;
    }

    /** What opening the log found. */
    public RecoveryReport recoveryReport() {
        return recoveryReport;
    }

    /** The first offset that can be read. */
    public long logStartOffset() {
        return logStartOffset;
    }

    /** The offset that the next record gets. */
    public long logEndOffset() {
        return activeSegment().endOffset();
    }

    /**
     * All below this counts as stored here, by the flush policy: what this replica may acknowledge.
     */
    public long durableEndOffset() {
        return config.flush() == FlushPolicy.COMMIT
                ? groupCommit.durableEndOffset()
                : logEndOffset();
    }

    /** All below it is committed; as the owner told, or as the checkpoint remembered. */
    public long highWatermark() {
        return highWatermark;
    }

    /** Every tombstone below it may have been dropped here (P22). */
    public long tombstoneHorizon() {
        return tombstoneHorizon;
    }

    /** What cannot be served: from opening, and found since. */
    public List<DamagedRange> damage() {
        return damage;
    }

    /** Bytes of all segments' entries. */
    public long sizeBytes() {
        return segments.stream().mapToLong(segment -> segment.summary().logBytes()).sum();
    }

    public int segmentCount() {
        return segments.size();
    }

    /** The newest leader epoch that was ever appended here; empty if none was. */
    public OptionalInt latestEpoch() {
        return epochs.latest();
    }

    /** The leader epoch of the entry that holds {@code offset}. */
    public OptionalInt epochOf(long offset) {
        return epochs.epochOf(offset);
    }

    /**
     * The largest epoch here that is at or below {@code epoch}, and the offset where it ended
     * (KIP-279).
     */
    public Optional<OffsetAndEpoch> endOfEpoch(int epoch) {
        return epochs.endOf(epoch, logEndOffset());
    }

    List<Segment> segments() {
        return segments;
    }

    private Segment activeSegment() {
        List<Segment> current = segments;
        return current.get(current.size() - 1);
    }

    // Appending

    /**
     * Appends what a producer sent: checks it, gives it offsets, epoch and time, and writes it with
     * one write. The results are those of the batches in order, up to the first that is rejected:
     * those after it are not looked at. Returns before anything is durable.
     *
     * @param expectedBaseOffset if given, the first batch is appended there or not at all; a
     *     duplicate is recognised before (P23)
     */
    public List<AppendResult> appendAsLeader(
            List<ProducedBatch> batches, int leaderEpoch, OptionalLong expectedBaseOffset)
            throws IOException {
        LeaderAppend append =
                new LeaderAppend(context.partition(), leaderEpoch, environment.clock());
        append.validate(batches, validator);
        lock.lock();
        try {
            requireOpen();
            if (leaderEpoch < epochs.latest().orElse(0)) {
                return List.of(
                        new AppendResult.Rejected(
                                LogError.STALE_EPOCH,
                                "leader epoch "
                                        + leaderEpoch
                                        + " has ended: "
                                        + epochs.latest().orElse(0),
                                Map.of("current_epoch", "" + epochs.latest().orElse(0))));
            }
            append.place(logEndOffset(), producers, expectedBaseOffset);
            if (append.isEmpty()) {
                return append.results();
            }
            if (!environment.reserve().take(append.bytes())) {
                return append.rejectedInstead(diskFull("it is at its reserve"));
            }
            if (leaderEpoch > epochs.latest().orElse(-1)) {
                epochs.begin(leaderEpoch, logEndOffset());
            }
            rollIfDue(append.bytes(), append.endOffset());
            write(append.buffers(), append.headers());
            return append.results();
        } catch (DiskFullException e) {
            return append.rejectedInstead(diskFull(e.getMessage()));
        } catch (IOException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    /** The same for one batch, wherever the log ends. */
    public AppendResult appendAsLeader(ProducedBatch batch, int leaderEpoch) throws IOException {
        return appendAsLeader(List.of(batch), leaderEpoch, OptionalLong.empty()).get(0);
    }

    private AppendResult.Rejected diskFull(String why) {
        return AppendResult.Rejected.of(
                LogError.DISK_FULL,
                "the disk that holds " + context.directory() + " is full: " + why);
    }

    /**
     * Appends what the leader sent, byte for byte, if it continues this log and every entry is
     * whole. Returns before anything is durable.
     *
     * @param from the leader's cursor: this log's end
     * @param epochBefore leader epoch of the leader's entry before {@code from}, if there is one
     */
    public FollowerAppendResult appendAsFollower(
            ByteBuffer entries, long from, OptionalInt epochBefore) throws IOException {
        FollowerAppend append = new FollowerAppend(context.partition(), entries);
        Optional<FollowerAppendResult> refused = append.check(from);
        if (refused.isPresent()) {
            return refused.get();
        }
        lock.lock();
        try {
            requireOpen();
            boolean sameEpoch =
                    epochBefore.isEmpty()
                            || epochs.latest().isEmpty()
                            || epochBefore.equals(epochs.epochOf(logEndOffset() - 1));
            if (from != logEndOffset() || !sameEpoch) {
                return new FollowerAppendResult.Diverged(logEndOffset(), epochs.latest());
            }
            if (append.firstEpoch() < epochs.latest().orElse(0)) {
                return new FollowerAppendResult.Diverged(logEndOffset(), epochs.latest());
            }
            if (append.isEmpty()) {
                return new FollowerAppendResult.Appended(logEndOffset());
            }
            if (!environment.reserve().take(append.bytes())) {
                return new FollowerAppendResult.DiskFull(
                        diskFull("it is at its reserve").message());
            }
            for (OffsetAndEpoch start : append.epochStarts()) {
                if (start.leaderEpoch() > epochs.latest().orElse(-1)) {
                    epochs.begin(start.leaderEpoch(), start.offset());
                }
            }
            rollIfDue(append.bytes(), append.endOffset());
            write(append.buffers(), append.headers());
            return new FollowerAppendResult.Appended(logEndOffset());
        } catch (DiskFullException e) {
            return new FollowerAppendResult.DiskFull(diskFull(e.getMessage()).message());
        } catch (IOException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    private void write(ByteBuffer[] bytes, List<Segment.EntryHeader> headers) throws IOException {
        Segment active = activeSegment();
        writing.begin();
        try {
            active.append(bytes, headers);
        } catch (DiskFullException e) {
            active.discardUnfinishedWrite();
            throw e;
        } finally {
            writing.end();
        }
        for (Segment.EntryHeader header : headers) {
            producers.stored(header.buffer(), header.at());
        }
    }

    private void rollIfDue(long bytes, long endOffset) throws IOException {
        Segment active = activeSegment();
        boolean tooLarge = active.summary().logBytes() + bytes > config.segmentBytes();
        boolean tooFar = endOffset - active.baseOffset() > Integer.MAX_VALUE;
        if (!active.isEmpty() && (tooLarge || tooFar || tooOld(active))) {
            roll();
        }
    }

    private boolean tooOld(Segment active) {
        return !active.isEmpty()
                && environment.clock().wallMs() - active.summary().firstAppendTimeMs()
                        >= config.segmentAge().toMillis();
    }

    /**
     * Closes the active segment, if it holds anything, and begins another. Forces nothing: the next
     * flush does.
     */
    private void roll() throws IOException {
        Segment active = activeSegment();
        if (active.isEmpty()) {
            return;
        }
        producers.expire(environment.clock().wallMs());
        producerSnapshot(logEndOffset()).write(producers);
        Segment next = Segment.create(context, logEndOffset());
        directoryUnforced = true;
        active.acquire(); // until it is forced
        unforced.add(active);
        active.close();
        List<Segment> extended = new ArrayList<>(segments);
        extended.add(next);
        segments = List.copyOf(extended);
        if (config.flush() == FlushPolicy.OS) {
            var unused =
                    groupCommit.whenDurable(
                            next.baseOffset()); // nobody waits: it moves the recovery point
        }
    }

    private ProducerSnapshot producerSnapshot(long offset) {
        return new ProducerSnapshot(
                context.files(), context.file(offset, ProducerSnapshot.SUFFIX), offset);
    }

    // Durability

    /**
     * Completes when all below {@code endOffset} counts as stored here; fails when the log does.
     */
    public CompletableFuture<Void> whenDurable(long endOffset) {
        return config.flush() == FlushPolicy.OS
                ? CompletableFuture.completedFuture(null)
                : groupCommit.whenDurable(endOffset);
    }

    /** The same for a caller that has a thread to spare: a lone one then runs the fsync itself. */
    public void awaitDurable(long endOffset) throws IOException {
        if (config.flush() == FlushPolicy.COMMIT) {
            groupCommit.awaitDurable(endOffset);
        }
    }

    /** Forces everything, whatever the policy. */
    public void flush() throws IOException {
        groupCommit.awaitDurable(logEndOffset());
    }

    /** A round of the group commit: runs without the lock, one at a time. */
    private long forceAppended() throws IOException {
        List<Segment> rolled;
        Segment active;
        long endOffset;
        boolean directory;
        lock.lock();
        try {
            requireOpen();
            rolled = unforced;
            unforced = new ArrayList<>();
            directory = directoryUnforced;
            directoryUnforced = false;
            active = activeSegment();
            active.acquire();
            endOffset = logEndOffset();
        } finally {
            lock.unlock();
        }
        forcing.begin();
        try {
            fsyncedEnd.write(groupCommit.durableEndOffset());
            for (Segment segment : rolled) {
                segment.force();
                producerSnapshot(segment.endOffset())
                        .force(); // retention will delete what it could be made anew from
            }
            active.force();
            if (directory) {
                context.files().syncDirectory(context.directory());
            }
        } finally {
            forcing.end();
            rolled.forEach(Segment::release);
            active.release();
        }
        if (!rolled.isEmpty()) {
            writeCheckpoint(endOffset);
        }
        return endOffset;
    }

    private final class FlushOutcome implements GroupCommit.Outcome {
        @Override
        public void durable(long endOffset) {
            environment.listener().durableEndAdvanced(PartitionLog.this, durableEndOffset());
        }

        @Override
        public void failed(IOException cause) {
            giveUp(cause);
        }
    }

    /**
     * Writes down what is known, so that the next opening has less to verify. Forces that file, not
     * the log.
     */
    public void checkpoint() throws IOException {
        requireOpen();
        writeCheckpoint(groupCommit.durableEndOffset());
    }

    private void writeCheckpoint(long durableEndOffset) throws IOException {
        synchronized (checkpointWriter) {
            recoveryPoint = durableEndOffset;
            // What is not on disk here is no hint worth keeping: below the recovery point every
            // claim is about bytes.
            long committed = Math.min(highWatermark, durableEndOffset);
            new Checkpoint(
                            context.partition(),
                            recoveryPoint,
                            logStartOffset,
                            Math.max(committed, Math.min(logStartOffset, durableEndOffset)),
                            tombstoneHorizon,
                            compactedEndOffset)
                    .write(context.files(), context.directory());
        }
    }

    /**
     * Tells the listener of a write or an fsync that has been outstanding for {@code threshold}
     * (P10). To be called now and then; takes no lock, for a disk that hangs may hold it.
     */
    public void reportSlowIo(Duration threshold) {
        Duration longest =
                writing.outstanding().compareTo(forcing.outstanding()) > 0
                        ? writing.outstanding()
                        : forcing.outstanding();
        if (longest.compareTo(threshold) >= 0) {
            environment.listener().ioSlow(this, longest);
        }
    }

    // Reading

    /**
     * The entries from the one that holds {@code fromOffset} on, as many whole ones as lie below
     * {@code endOffset} and fit into {@code maxBytes}, but at least one if there is one; an empty
     * slice if there is none yet. The slice must be closed.
     */
    public LogReadResult read(long fromOffset, long endOffset, int maxBytes) throws IOException {
        return reader.read(fromOffset, endOffset, maxBytes);
    }

    /**
     * The same, and every byte of it is verified: for followers, so that damage does not spread
     * (P19).
     */
    public LogReadResult readVerified(long fromOffset, long endOffset, int maxBytes)
            throws IOException {
        return reader.readVerified(fromOffset, endOffset, maxBytes);
    }

    /**
     * The first record below {@code endOffset} that is as late as {@code timestampMs}; empty if
     * there is none.
     */
    public Optional<LogReader.TimedOffset> offsetOfTime(long timestampMs, long endOffset)
            throws IOException {
        return reader.offsetOfTime(timestampMs, endOffset);
    }

    /**
     * Verifies entries from {@code fromOffset} on, up to about {@code maxBytes}, of what is
     * durable; returns where to go on, or the log start when it came to the end. Damage is reported
     * and no longer served.
     */
    public long scrub(long fromOffset, int maxBytes) throws IOException {
        long from = Math.max(fromOffset, logStartOffset);
        long end = Math.min(groupCommit.durableEndOffset(), logEndOffset());
        if (from >= end) {
            return logStartOffset;
        }
        LogReadResult result = reader.readVerified(from, end, maxBytes);
        if (result instanceof LogSlice slice) {
            slice.close();
            return slice.nextOffset() > from ? slice.nextOffset() : end;
        }
        return result instanceof LogReadResult.Damaged damaged
                ? damaged.damage().endOffset()
                : logStartOffset;
    }

    /** Takes slices from readers that have not touched them for {@code idle}; returns how many. */
    public int revokeIdleSlices(Duration idle) {
        return slices.revokeIdle(idle.toNanos());
    }

    /** Slices that are held at present. */
    public int openSlices() {
        return slices.count();
    }

    /**
     * Damage was found after opening: it is served no more, and the log takes nothing until it is
     * repaired.
     */
    void foundDamage(DamagedRange found) {
        lock.lock();
        try {
            List<DamagedRange> extended = new ArrayList<>(damage);
            if (extended.contains(found)) {
                return;
            }
            extended.add(found);
            damage = List.copyOf(extended);
        } finally {
            lock.unlock();
        }
        environment.listener().damageFound(this, found);
    }

    // The ends of the log

    /**
     * The owner's word that all below {@code offset} is committed. Never falls; above the log end
     * it stands at the log end.
     */
    public void advanceHighWatermark(long offset) {
        lock.lock();
        try {
            highWatermark = Math.max(highWatermark, Math.min(offset, logEndOffset()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves the log start: by the leader's retention or DeleteRecords, or as the leader said (P16).
     * Durable when it returns; segments wholly below it are deleted. Blocks on an fsync.
     *
     * @throws IllegalArgumentException if {@code offset} is above the high watermark
     */
    public void advanceLogStart(long offset) throws IOException {
        lock.lock();
        try {
            requireOpen();
            if (offset <= logStartOffset) {
                return;
            }
            if (offset > highWatermark) {
                throw new IllegalArgumentException(
                        "log start "
                                + offset
                                + " would be above the high watermark "
                                + highWatermark);
            }
            if (offset >= logEndOffset()) {
                roll(); // what is left of the log is an empty segment
            }
            logStartOffset = offset;
            writeCheckpoint(
                    Math.max(recoveryPoint, Math.min(offset, groupCommit.durableEndOffset())));
            deleteSegmentsBelow(offset);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    private void deleteSegmentsBelow(long offset) throws IOException {
        List<Segment> kept = new ArrayList<>(segments);
        while (kept.size() > 1 && kept.get(0).endOffset() <= offset) {
            Segment dropped = kept.remove(0);
            dropped.retire();
            segments = List.copyOf(kept);
            dropped.delete();
            deleteProducerSnapshots(dropped.baseOffset(), kept.get(0).baseOffset());
        }
        epochs.truncateFromStart(segments.get(0).baseOffset());
    }

    /** Snapshots from {@code from} up to, not including, {@code end}. */
    private void deleteProducerSnapshots(long from, long end) throws IOException {
        for (ProducerSnapshot snapshot :
                ProducerSnapshot.list(context.files(), context.directory())) {
            if (snapshot.offset() >= from && snapshot.offset() < end) {
                context.files().delete(snapshot.path());
            }
        }
    }

    /**
     * Closes the active segment if it is older than the setting says. To be called now and then.
     */
    public void rollIfTooOld() throws IOException {
        lock.lock();
        try {
            requireOpen();
            if (tooOld(activeSegment())) {
                roll();
            }
        } catch (IOException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Applies the retention of the settings, as the leader (P16): moves the log start past whole
     * segments that are old or too much, below the high watermark.
     *
     * @param nowMs by a clock that {@link RetentionClock} vouches for
     */
    public void retain(long nowMs) throws IOException {
        advanceLogStart(
                Retention.newLogStart(config, segments, logStartOffset, highWatermark, nowMs));
    }

    /**
     * Cuts the log so that it ends at or below {@code offset}: at {@code offset}, or where the
     * entry that holds it begins. Everything is durable when it returns (P20). Blocks on fsyncs;
     * waits for a running flush. Returns the new log end.
     *
     * @throws IllegalArgumentException if the cut would go below the log start, or, unless the
     *     reason allows it, the high watermark (I6)
     */
    public long truncateTo(long offset, TruncationReason reason) throws IOException {
        boolean free = reason == TruncationReason.OUT_OF_ISR_AND_ELR;
        groupCommit.exclusively(
                () -> {
                    lock.lock();
                    try {
                        requireOpenOrDamaged(free);
                        if (offset < logStartOffset || (!free && offset < highWatermark)) {
                            throw new IllegalArgumentException(
                                    "a cut at %d would go below the log start %d or the high watermark %d"
                                            .formatted(offset, logStartOffset, highWatermark));
                        }
                        if (offset < logEndOffset() || !damage.isEmpty()) {
                            cut(Math.min(offset, logEndOffset()));
                        }
                        return Math.min(groupCommit.durableEndOffset(), logEndOffset());
                    } catch (IOException e) {
                        throw failed(e);
                    } finally {
                        lock.unlock();
                    }
                });
        return logEndOffset();
    }

    private void cut(long offset) throws IOException {
        List<Segment> kept = new ArrayList<>(segments);
        while (kept.size() > 1 && kept.get(kept.size() - 1).baseOffset() >= offset) {
            kept.remove(kept.size() - 1);
        }
        Segment last = kept.get(kept.size() - 1);
        last.acquire();
        try {
            long position = last.positionOf(offset);
            long newEndOffset = last.offsetAt(position);
            lowerClaims(Math.min(newEndOffset, offset));
            deleteSegmentsAbove(kept.size());
            last.reopen();
            last.truncateTo(position);
        } finally {
            last.release();
        }
        epochs.truncateFromEnd(logEndOffset());
        epochs.persist();
        producers = ProducerRecovery.run(context, segments, logEndOffset(), new ArrayList<>());
        context.files().syncDirectory(context.directory());
        damage = damage.stream().filter(range -> range.fromOffset() < logEndOffset()).toList();
        if (damage.isEmpty() && closed != null) {
            closed = null;
        }
    }

    /** Before bytes go, nothing may say any more that they are there. */
    private void lowerClaims(long endOffset) throws IOException {
        highWatermark = Math.min(highWatermark, endOffset);
        compactedEndOffset = Math.min(compactedEndOffset, endOffset);
        writeCheckpoint(Math.min(recoveryPoint, endOffset));
        fsyncedEnd.lower(endOffset);
    }

    /** From the top, so that a crash in between leaves no gap; readers keep what they hold. */
    private void deleteSegmentsAbove(int count) throws IOException {
        for (Segment segment : unforced) {
            segment.force();
            segment.release();
        }
        unforced = new ArrayList<>();
        List<Segment> kept = new ArrayList<>(segments);
        while (kept.size() > count) {
            Segment dropped = kept.remove(kept.size() - 1);
            dropped.retire();
            segments = List.copyOf(kept);
            dropped.delete();
        }
        context.files().syncDirectory(context.directory());
    }

    /**
     * Drops everything and begins again at {@code offset}: for a replica in neither ISR nor ELR
     * whose leader's log starts above its end, or that compaction's tombstones have overtaken
     * (P22). Durable when it returns.
     *
     * @param leaderProducers the leader's producers as of {@code offset} (P23)
     */
    public void restartAt(long offset, ProducerStates leaderProducers) throws IOException {
        groupCommit.exclusively(
                () -> {
                    lock.lock();
                    try {
                        requireOpenOrDamaged(true);
                        restart(offset, leaderProducers);
                        return offset;
                    } catch (IOException e) {
                        throw failed(e);
                    } finally {
                        lock.unlock();
                    }
                });
    }

    private void restart(long offset, ProducerStates leaderProducers) throws IOException {
        lowerClaims(logStartOffset);
        List<Segment> dropped = segments;
        deleteSegmentsAbove(1);
        dropped.get(0).retire();
        dropped.get(0).delete();
        deleteProducerSnapshots(0, Long.MAX_VALUE);
        context.files().syncDirectory(context.directory());
        logStartOffset = offset;
        highWatermark = offset;
        compactedEndOffset = 0;
        tombstoneHorizon = 0;
        producerSnapshot(offset).write(leaderProducers);
        producerSnapshot(offset).force();
        writeCheckpoint(offset);
        producers =
                ProducerSnapshot.decode(ProducerSnapshot.encode(leaderProducers, offset), offset);
        segments = List.of(Segment.create(context, offset));
        context.files().syncDirectory(context.directory());
        epochs.truncateFromEnd(0);
        epochs.persist();
        damage = List.of();
        closed = null;
    }

    /** The producers as of the log end, as bytes that {@link ProducerSnapshot#decode} reads. */
    public ByteBuffer producerSnapshot() {
        lock.lock();
        try {
            return ProducerSnapshot.encode(producers, logEndOffset());
        } finally {
            lock.unlock();
        }
    }

    // Compaction: LogCompactor

    SegmentContext context() {
        return context;
    }

    /** The payload of an entry, decompressed. */
    ByteBuffer plainRecords(ByteBuffer entry, int at) throws IOException {
        ByteBuffer records =
                entry.slice(
                        at + RecordBatchLayout.RECORDS_POSITION,
                        RecordBatchLayout.recordsBytes(entry, at));
        return Compression.byId(RecordBatchLayout.compressionId(entry, at))
                .orElseThrow()
                .decompress(records, config.batchLimits().maxDecompressedBytes());
    }

    /** Closed segments that lie wholly below the high watermark. */
    List<Segment> compactableSegments() {
        lock.lock();
        try {
            requireOpen();
            return segments.subList(0, segments.size() - 1).stream()
                    .filter(segment -> segment.endOffset() <= highWatermark)
                    .toList();
        } catch (LogFailedException e) {
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    /** All below it went through compaction. */
    long compactedEndOffset() {
        return compactedEndOffset;
    }

    /** The offset of the last record of a producer's last batch. */
    OptionalLong lastOffsetOf(long producerId) {
        lock.lock();
        try {
            return producers.lastOffset(producerId);
        } finally {
            lock.unlock();
        }
    }

    /** Durable before the tombstones go. */
    void raiseTombstoneHorizon(long offset) throws IOException {
        lock.lock();
        try {
            requireOpen();
            tombstoneHorizon = Math.max(tombstoneHorizon, offset);
            writeCheckpoint(recoveryPoint);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts a rewritten segment in the place of the run of segments that it was made from. Not done
     * if one of them has left the log meanwhile.
     */
    void replace(List<Segment> originals, CompactionSwap swap) throws IOException {
        lock.lock();
        try {
            requireOpen();
            int first = segments.indexOf(originals.get(0));
            if (first < 0 || first + originals.size() > segments.size() - 1) {
                swap.abandon();
                return;
            }
            originals.forEach(Segment::retire);
            Segment replacement = swap.carryOut();
            List<Segment> replaced = new ArrayList<>(segments);
            replaced.subList(first, first + originals.size()).clear();
            replaced.add(first, replacement);
            segments = List.copyOf(replaced);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    void compactedTo(long endOffset) throws IOException {
        lock.lock();
        try {
            requireOpen();
            compactedEndOffset = Math.max(compactedEndOffset, Math.min(endOffset, highWatermark));
            writeCheckpoint(recoveryPoint);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    // The end of it

    /** Lets a reader that met a segment on its way out wait until it is. */
    void awaitChange() {
        lock.lock();
        try {
            // whoever was at it is done
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() throws LogFailedException {
        Closed now = closed;
        if (now != null) {
            throw new LogFailedException(
                    context.directory() + " takes nothing: " + now.why, now.cause);
        }
    }

    private void requireOpenOrDamaged(boolean damagedToo) throws LogFailedException {
        if (!damagedToo || damage.isEmpty()) {
            requireOpen();
        }
    }

    /** Gives the log up, under its lock; returns what to throw. */
    private LogFailedException failed(IOException cause) {
        if (cause instanceof LogFailedException already) {
            return already;
        }
        giveUp(cause);
        return new LogFailedException(
                context.directory() + " failed: " + cause.getMessage(), cause);
    }

    private void giveUp(IOException cause) {
        if (cause instanceof LogFailedException) {
            return;
        }
        closed = new Closed("an I/O error: " + cause.getMessage(), cause);
        groupCommit.fail(cause);
        environment.flusher().execute(() -> environment.listener().ioFailed(this, cause));
    }

    /**
     * Makes everything durable, with what the next opening needs to be quick, and lets the files
     * go. Blocks on fsyncs.
     */
    @Override
    public void close() throws IOException {
        if (closed != null) {
            abandon();
            return;
        }
        groupCommit.exclusively(
                () -> {
                    lock.lock();
                    try {
                        closeInOrder();
                        return logEndOffset();
                    } catch (IOException e) {
                        throw failed(e);
                    } finally {
                        lock.unlock();
                    }
                });
    }

    private void closeInOrder() throws IOException {
        requireOpen();
        for (Segment segment : unforced) {
            segment.force();
            segment.release();
        }
        unforced = new ArrayList<>();
        Segment active = activeSegment();
        active.force();
        ProducerSnapshot snapshot = producerSnapshot(logEndOffset());
        snapshot.write(producers);
        snapshot.force();
        active.close();
        context.files().syncDirectory(context.directory());
        writeCheckpoint(logEndOffset());
        fsyncedEnd.close();
        closed = new Closed("it is closed", null);
    }

    /** Lets the files go as they are: what a process that is killed does. */
    public void abandon() throws IOException {
        lock.lock();
        try {
            if (closed == null) {
                closed = new Closed("it is closed", null);
            }
            unforced.forEach(Segment::release);
            unforced = new ArrayList<>();
            activeSegment().abandon();
            fsyncedEnd.close();
        } finally {
            lock.unlock();
        }
        groupCommit.fail(new IOException("the log was closed"));
    }
}
