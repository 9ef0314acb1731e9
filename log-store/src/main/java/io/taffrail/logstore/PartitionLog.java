// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.compaction.CompactionSwap;
import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.logstore.recovery.LogRecovery;
import io.taffrail.logstore.recovery.ProducerRecovery;
import io.taffrail.logstore.recovery.RecoveredLog;
import io.taffrail.logstore.recovery.RecoveryReport;
import io.taffrail.logstore.segment.DamagedEntryException;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * One replica's log of one partition on one disk: the door to everything in this module.
 *
 * <p>Always: log start ≤ high watermark ≤ log end, and durable end ≤ log end. The log start may
 * stand inside a segment.
 *
 * <p><b>Threads.</b> What changes the log takes one lock, which is not held during an fsync unless
 * a method's comment says that it blocks; reads take no lock. Threads that come here must not be
 * interrupted ({@link io.taffrail.logstore.files}).
 *
 * <p><b>Errors.</b> What a caller has to expect is a value. An I/O error closes the log for
 * writing, tells the {@link LogListener}, and every later change throws {@link LogFailedException}:
 * a write or an fsync that failed is never tried again (P18). Reading goes on. A log that was found
 * damaged when it was opened takes nothing either, until it is cut or begun again.
 */
public final class PartitionLog implements AutoCloseable {
    private final LogEnvironment environment;
    private final SegmentContext context;
    private volatile LogConfig config;
    private volatile BatchValidator validator;
    private final RecoveryReport recoveryReport;
    private final LogReader reader;
    private final Slices slices;
    private final GroupCommit groupCommit;
    private final IoTimer forcing;

    /** Its lock guards every change of what follows; each of it says who may read it without. */
    private final LogGuard guard;

    private final LogClaims claims;
    private final LogSegments segments;
    private final LeaderEpochs epochs;
    private final LogWriter writer;

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
        FileSystem files = environment.files();
        if (!files.exists(directory)) {
            files.createDirectories(directory);
            files.syncDirectory(directory.toAbsolutePath().getParent());
        }
        LogDirectories.requireIdentity(files, directory, partition);
        SegmentContext context =
                new SegmentContext(
                        files,
                        directory,
                        partition,
                        config.timestampType(),
                        config.indexIntervalBytes());
        return new PartitionLog(
                environment,
                context,
                config,
                LogRecovery.run(context, config.flush(), cleanEndOffset));
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
        this.claims = new LogClaims(context, recovered.checkpoint(), recovered.fsyncedEnd());
        this.segments = new LogSegments(context, recovered.segments());
        this.epochs = recovered.epochs();
        this.writer =
                new LogWriter(
                        environment,
                        config,
                        context.directory(),
                        segments,
                        epochs,
                        recovered.producers());
        this.slices = new Slices(environment.clock());
        this.forcing = new IoTimer(environment.clock());
        this.reader = new LogReader(this, context, slices);
        this.groupCommit =
                new GroupCommit(
                        environment.flusher(),
                        this::forceAppended,
                        new FlushOutcome(),
                        environment.clock(),
                        logEndOffset());
        this.guard =
                new LogGuard(
                        context.directory(),
                        groupCommit,
                        recovered.report().damage(),
                        new ChangeOutcome());
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

    /**
     * Takes over changed settings, from the next call on. What the files were written by stays.
     *
     * @throws IllegalArgumentException if {@code timestamp} or the index interval is another than
     *     the log was opened with
     */
    public void reconfigure(LogConfig changed) {
        if (changed.timestampType() != context.timestampType()
                || changed.indexIntervalBytes() != context.indexIntervalBytes()) {
            throw new IllegalArgumentException(
                    "the indexes of " + partition() + " are written by other settings: " + changed);
        }
        guard.lock();
        try {
            config = changed;
            validator = new BatchValidator(changed.batchLimits());
            writer.reconfigure(changed);
        } finally {
            guard.unlock();
        }
    }

    /** What opening the log found. */
    public RecoveryReport recoveryReport() {
        return recoveryReport;
    }

    /** The first offset that can be read. */
    public long logStartOffset() {
        return claims.logStartOffset();
    }

    /** The offset that the next record gets. */
    public long logEndOffset() {
        return segments.endOffset();
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
        return claims.highWatermark();
    }

    /** Every tombstone below it may have been dropped here (P22). */
    public long tombstoneHorizon() {
        return claims.tombstoneHorizon();
    }

    /** What cannot be served: from opening, and found since. */
    public List<DamagedRange> damage() {
        return guard.damage();
    }

    /** Bytes of all segments' entries. */
    public long sizeBytes() {
        return segments.current().stream().mapToLong(segment -> segment.summary().logBytes()).sum();
    }

    /**
     * About how many bytes of entries lie at or above {@code offset}: within a segment, records
     * count as of one size.
     */
    public long sizeBytesFrom(long offset) {
        long bytes = 0;
        for (Segment segment : segments.current()) {
            long records = Math.max(1, segment.endOffset() - segment.baseOffset());
            long above = segment.endOffset() - Math.max(offset, segment.baseOffset());
            double share = (double) Math.max(0, above) / records;
            bytes += Math.round(segment.summary().logBytes() * share);
        }
        return bytes;
    }

    public int segmentCount() {
        return segments.current().size();
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
        return changing(() -> writer.append(append, expectedBaseOffset));
    }

    /** The same for one batch, wherever the log ends. */
    public AppendResult appendAsLeader(ProducedBatch batch, int leaderEpoch) throws IOException {
        return appendAsLeader(List.of(batch), leaderEpoch, OptionalLong.empty()).get(0);
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
        return changing(() -> writer.append(append, from, epochBefore));
    }

    /**
     * Closes the active segment if it is older than the setting says. To be called now and then.
     */
    public void rollIfTooOld() throws IOException {
        changing(writer::rollIfTooOld);
    }

    // Durability

    /**
     * Completes when all below {@code endOffset} counts as stored here; fails when the log does, or
     * ends below: what was appended there has been cut.
     */
    public CompletableFuture<Void> whenDurable(long endOffset) {
        if (config.flush() == FlushPolicy.OS) {
            return CompletableFuture.completedFuture(null);
        }
        return endOffset > logEndOffset()
                ? CompletableFuture.failedFuture(cutBelow(endOffset))
                : groupCommit.whenDurable(endOffset);
    }

    /** The same for a caller that has a thread to spare: a lone one then runs the fsync itself. */
    public void awaitDurable(long endOffset) throws IOException {
        if (config.flush() == FlushPolicy.COMMIT) {
            if (endOffset > logEndOffset()) {
                throw cutBelow(endOffset); // rounds would go on for ever and never come there
            }
            groupCommit.awaitDurable(endOffset);
        }
    }

    private IOException cutBelow(long endOffset) {
        return new IOException(
                context.directory() + " ends at offset " + logEndOffset() + ", below " + endOffset);
    }

    /** Forces everything, whatever the policy. Blocks. */
    public void flush() throws IOException {
        groupCommit.awaitDurable(logEndOffset());
    }

    /** A round of the group commit: without the lock, one at a time. */
    private long forceAppended() throws IOException {
        LogSegments.Round round;
        guard.lock();
        try {
            guard.requireOpen();
            round = segments.beginRound();
        } finally {
            guard.unlock();
        }
        forcing.begin();
        try {
            claims.noteFsyncedEnd(groupCommit.durableEndOffset());
            round.force();
        } finally {
            forcing.end();
            round.release();
        }
        if (!round.closed().isEmpty()) {
            claims.raiseRecoveryPoint(round.endOffset());
        }
        return round.endOffset();
    }

    private final class FlushOutcome implements GroupCommit.Outcome {
        @Override
        public void durable(long endOffset) {
            environment.listener().durableEndAdvanced(PartitionLog.this, durableEndOffset());
        }

        @Override
        public void failed(IOException cause) {
            guard.giveUp(cause);
        }
    }

    /**
     * Writes down what is durable, so that the next opening has less to verify. Blocks; forces that
     * file, not the log.
     */
    public void checkpoint() throws IOException {
        guard.exclusively(false, () -> claims.raiseRecoveryPoint(groupCommit.durableEndOffset()));
    }

    /**
     * Tells the listener of a write or an fsync that has been outstanding for {@code threshold}
     * (P10). To be called now and then; takes no lock, for a disk that hangs may hold it.
     */
    public void reportSlowIo(Duration threshold) {
        Duration write = writer.writing().outstanding();
        Duration fsync = forcing.outstanding();
        Duration longest = write.compareTo(fsync) > 0 ? write : fsync;
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
    public Optional<TimedOffset> offsetOfTime(long timestampMs, long endOffset) throws IOException {
        return reader.offsetOfTime(timestampMs, endOffset);
    }

    /**
     * Verifies entries from {@code fromOffset} on, about {@code maxBytes} of what counts as stored;
     * returns where to go on: the log start once it came to the end. Damage is reported and no
     * longer served. Reads what the page cache has, where it has it.
     */
    public long scrub(long fromOffset, int maxBytes) throws IOException {
        return reader.scrub(fromOffset, Math.min(durableEndOffset(), logEndOffset()), maxBytes);
    }

    /** Takes slices from readers that have not touched them for {@code idle}; returns how many. */
    public int revokeIdleSlices(Duration idle) {
        return slices.revokeIdle(idle.toNanos());
    }

    /** Slices that are held at present. */
    public int openSlices() {
        return slices.count();
    }

    /** For the reader: the segments as they are now. */
    List<Segment> segments() {
        return segments.current();
    }

    /** For the reader: waits until whoever is changing the list of segments is done. */
    void awaitChange() {
        guard.lock();
        try {
            // done
        } finally {
            guard.unlock();
        }
    }

    /** For the reader: damage was found after opening, and is served no more. */
    void foundDamage(DamagedRange found) {
        if (guard.addDamage(found)) {
            environment.listener().damageFound(this, found);
        }
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

    // The ends of the log

    /**
     * The owner's word that all below {@code offset} is committed. Never falls; above the log end
     * it stands at the log end.
     */
    public void advanceHighWatermark(long offset) {
        guard.lock();
        try {
            claims.raiseHighWatermark(Math.min(offset, logEndOffset()));
        } finally {
            guard.unlock();
        }
    }

    /**
     * Moves the log start: by the leader's retention or DeleteRecords, or as the leader said (P16).
     * Durable when it returns; segments wholly below it are deleted. Blocks.
     *
     * @throws IllegalArgumentException if {@code offset} is above the high watermark
     */
    public void advanceLogStart(long offset) throws IOException {
        if (offset <= logStartOffset()) {
            return;
        }
        if (offset > highWatermark()) {
            throw new IllegalArgumentException(
                    "log start "
                            + offset
                            + " would be above the high watermark "
                            + highWatermark());
        }
        // A log that begins where it has not come to, after a power cut, would have lost something.
        groupCommit.awaitDurable(offset);
        changing(
                () -> {
                    if (offset <= logStartOffset()) {
                        return;
                    }
                    if (offset == logEndOffset()) {
                        writer.roll(); // what is left of the log is an empty segment
                    }
                    claims.raiseLogStart(offset);
                    segments.deleteBelow(offset);
                    epochs.truncateFromStart(segments.current().get(0).baseOffset());
                });
    }

    /**
     * Applies the retention of the settings, as the leader (P16): moves the log start past whole
     * segments that are old or too much, below the high watermark. Blocks.
     *
     * @param nowMs by a clock that {@link RetentionClock} vouches for
     */
    public void retain(long nowMs) throws IOException {
        advanceLogStart(
                Retention.newLogStart(
                        config, segments.current(), logStartOffset(), highWatermark(), nowMs));
    }

    /**
     * Cuts the log so that it ends at or below {@code offset}: at {@code offset}, or where the
     * entry that holds it begins. Everything is durable when it returns (P20). Blocks; waits for a
     * running round. Returns the new log end.
     *
     * <p>A cut below what compaction went through may leave producers as they were earlier than
     * that: compaction took batches because a later one, now cut, was the last. Whoever cuts there
     * begins the replica again ({@link #restartAt}).
     *
     * @throws IllegalArgumentException if the cut would go below the log start, or, unless the
     *     reason allows it, the high watermark (I6)
     */
    public long truncateTo(long offset, TruncationReason reason) throws IOException {
        boolean free = reason == TruncationReason.OUT_OF_ISR_AND_ELR;
        guard.exclusively(
                free,
                () -> {
                    long floor = free ? logStartOffset() : highWatermark();
                    if (offset < floor) {
                        throw new IllegalArgumentException(
                                "a cut at %d would go below %d, the %s"
                                        .formatted(
                                                offset,
                                                floor,
                                                free ? "log start" : "high watermark"));
                    }
                    if (offset < logEndOffset() || !damage().isEmpty()) {
                        cut(Math.min(offset, logEndOffset()), floor);
                    }
                });
        return logEndOffset();
    }

    /**
     * Where {@link #truncateTo} would end the log: at {@code offset}, where the entry that holds it
     * begins, or where damage begins that is met on the way. If that is below the log start, there
     * is nothing to cut at. Blocks.
     */
    public long endIfTruncated(long offset) throws IOException {
        return segments.endIfCut(Math.min(offset, logEndOffset()));
    }

    private void cut(long offset, long floor) throws IOException {
        segments.cut(
                offset,
                floor,
                newEndOffset -> {
                    groupCommit.cutTo(newEndOffset);
                    claims.lowerTo(newEndOffset);
                });
        epochs.truncateFromEnd(logEndOffset());
        epochs.persist();
        writer.restoreProducers(
                ProducerRecovery.atEnd(context, segments.current(), new ArrayList<>()));
        context.files().syncDirectory(context.directory());
        guard.forgetDamageFrom(logEndOffset());
    }

    /**
     * Drops everything and begins again where the leader says: for a replica in neither ISR nor ELR
     * whose leader's log starts above its end, or that compaction's tombstones have overtaken
     * (P22), or that refills a side directory (P19). Durable when it returns. Blocks.
     *
     * @throws IllegalArgumentException if the leader's producers cannot be read
     */
    public void restartAt(RestartPoint leader) throws IOException {
        long offset = leader.offset();
        ProducerStates restarted = ProducerSnapshot.decode(leader.producers(), offset);
        guard.exclusively(
                true,
                () -> {
                    claims.lowerTo(logStartOffset());
                    groupCommit.cutTo(logStartOffset());
                    segments.deleteAll(offset, restarted);
                    claims.restartAt(leader); // a crash from here on leaves an empty log there
                    segments.beginAt(offset);
                    groupCommit.forced(offset);
                    writer.restoreProducers(restarted);
                    epochs.truncateFromEnd(0);
                    epochs.persist();
                    guard.forgetDamageFrom(0);
                });
    }

    /**
     * For the leader: where a replica that has nothing begins. {@link #readVerified} serves it from
     * there.
     */
    public RestartPoint restartPoint() throws IOException {
        guard.lock(); // retention would delete what is being read
        try {
            long offset = reader.firstReadableOffset();
            ProducerStates then = ProducerRecovery.asOf(offset, context, segments.current());
            return new RestartPoint(
                    offset, ProducerSnapshot.encode(then, offset), tombstoneHorizon());
        } finally {
            guard.unlock();
        }
    }

    // Compaction: LogCompactor

    SegmentContext context() {
        return context;
    }

    /** Closed segments that lie wholly below the high watermark. */
    List<Segment> compactableSegments() {
        List<Segment> all = segments.current();
        return all.subList(0, all.size() - 1).stream()
                .filter(segment -> segment.endOffset() <= highWatermark())
                .toList();
    }

    /** All below it went through compaction. */
    public long compactedEndOffset() {
        return claims.compactedEndOffset();
    }

    /** Producers as of {@code offset}, where a segment begins: there is a snapshot of that. */
    ProducerStates producersAsOf(long offset) throws IOException {
        guard.lock();
        try {
            return ProducerRecovery.asOf(offset, context, segments.current());
        } finally {
            guard.unlock();
        }
    }

    /** Durable before the tombstones go. */
    void raiseTombstoneHorizon(long offset) throws IOException {
        changing(() -> claims.raiseTombstoneHorizon(offset));
    }

    /** Puts a rewritten segment in the place of those it was made from. */
    void replace(List<Segment> originals, CompactionSwap swap) throws IOException {
        changing(() -> segments.replace(originals, swap));
    }

    void compactedTo(long endOffset) throws IOException {
        changing(() -> claims.raiseCompactedEnd(endOffset));
    }

    // The end of it

    /**
     * Makes everything durable, with what the next opening needs to be quick, and lets the files
     * go. Blocks.
     */
    @Override
    public void close() throws IOException {
        if (!guard.isOpen()) {
            abandon();
            return;
        }
        try {
            guard.exclusively(
                    false,
                    () -> {
                        segments.close(writer.producers());
                        claims.closeAt(logEndOffset()); // forces the directory too
                        groupCommit.forced(logEndOffset());
                        guard.close();
                    });
        } catch (IOException e) {
            abandon(); // nobody closes twice
            throw e;
        }
    }

    /** Lets the files go as they are: what the death of the process does. */
    public void abandon() throws IOException {
        guard.lock();
        try {
            guard.close();
            segments.abandon();
            claims.close();
        } finally {
            guard.unlock();
        }
        groupCommit.fail(new IOException(context.directory() + " was closed"));
    }

    private void changing(LogGuard.Change change) throws IOException {
        changing(
                () -> {
                    change.run();
                    return null;
                });
    }

    private <T> T changing(LogGuard.Answer<T> change) throws IOException {
        return guard.changing(
                () -> {
                    int before = segments.current().size();
                    T answer = change.get();
                    if (config.flush() == FlushPolicy.OS && segments.current().size() > before) {
                        // It rolled: nobody waits, but the recovery point moves.
                        var unused = groupCommit.whenDurable(logEndOffset());
                    }
                    return answer;
                });
    }

    private final class ChangeOutcome implements LogGuard.Owner {
        @Override
        public void gaveUp(IOException cause) {
            environment
                    .flusher()
                    .execute(() -> environment.listener().ioFailed(PartitionLog.this, cause));
        }

        @Override
        public void metDamage(DamagedEntryException met) throws IOException {
            reader.foundDamage(met);
        }
    }
}
