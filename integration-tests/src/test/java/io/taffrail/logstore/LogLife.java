// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.AppendResult.Appended;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One life of a log on a simulated disk, with what its owner was told: each step notes first what
 * it may change, then does it, then notes what was acknowledged. Whatever step the power goes off
 * in, {@link CrashVerdict} knows what must be there, and what may be.
 */
final class LogLife {
    static final Path DIRECTORY = Path.of("/data/logs").resolve(PARTITION.directoryName());

    final SimulatedDisk disk;
    final FileSystem files;
    final SimulatedClock clock = new SimulatedClock();
    final LogConfig config;
    PartitionLog log;

    /** What the log holds if every step so far went through, with what is deleted at its start. */
    final List<Entry> line = new ArrayList<>();

    /** Producers as of the first entry of {@link #line}: those a leader handed over. */
    Map<Long, Producers.State> producersBefore = new TreeMap<>();

    /** Where a restart that is on its way begins anew, and with which producers. */
    OptionalLong restarting = OptionalLong.empty();

    private Map<Long, Producers.State> producersHandedOver = Map.of();

    /** Below it all is written, by calls that returned. */
    long writtenEnd;

    /** Below it all is acknowledged as durable. */
    long acknowledgedEnd;

    /** The log start is between what was acknowledged and what was asked for. */
    long acknowledgedStart;

    long attemptedStart;
    long highestWatermark;

    /** Compaction may have removed records below it. */
    long compactionBegunBelow;

    /** The log end by the clean mark, while there is one. */
    OptionalLong cleanEnd = OptionalLong.empty();

    int epoch = 1;
    private int values;

    LogLife(SimulatedDisk disk, FileSystem files, LogConfig config) {
        this.disk = disk;
        this.files = files;
        this.config = config;
    }

    PartitionLog openLog() throws IOException {
        OptionalLong mark = cleanEnd;
        LogEnvironment environment =
                new LogEnvironment(
                        files,
                        clock,
                        Runnable::run,
                        new DiskReserve(files, Path.of("/data"), clock, 0),
                        LogListener.NONE);
        return PartitionLog.open(environment, DIRECTORY, PARTITION, config, mark);
    }

    void open() throws IOException {
        log = openLog();
        cleanEnd = OptionalLong.empty();
    }

    long end() {
        return line.isEmpty() ? attemptedStart : line.get(line.size() - 1).endOffset();
    }

    // Appending

    void append(String... records) throws IOException {
        request(List.of(SampleBatches.batch(records)));
    }

    /** One record without key, of {@code bytes} bytes. */
    void appendBytes(int bytes) throws IOException {
        values++;
        append(("v" + values + "-").repeat(bytes).substring(0, bytes));
    }

    void appendOf(long producerId, int producerEpoch, int sequence, int records)
            throws IOException {
        String[] texts = new String[records];
        for (int i = 0; i < records; i++) {
            texts[i] = "p" + producerId + "-" + producerEpoch + "-" + (sequence + i);
        }
        request(List.of(SampleBatches.batch(producerId, producerEpoch, sequence, texts)));
    }

    void request(List<ProducedBatch> batches) throws IOException {
        for (ProducedBatch batch : batches) {
            line.add(Entry.stored(PARTITION, batch, end(), epoch, clock.wallMs()));
        }
        List<AppendResult> results = log.appendAsLeader(batches, epoch, OptionalLong.empty());
        assertThat(results).hasSameSizeAs(batches).allMatch(Appended.class::isInstance);
        assertThat(log.logEndOffset()).isEqualTo(end());
        writtenEnd = end();
    }

    /**
     * Entries as a leader stored them: {@code gap} offsets were compacted away before the first.
     */
    void follow(int gap, List<ProducedBatch> batches, int... epochs) throws IOException {
        long from = end();
        int before = line.isEmpty() ? -1 : line.get(line.size() - 1).leaderEpoch();
        List<Entry> run = new ArrayList<>();
        long next = from + gap;
        for (int i = 0; i < batches.size(); i++) {
            Entry entry = Entry.stored(PARTITION, batches.get(i), next, epochs[i], clock.wallMs());
            run.add(entry);
            next = entry.endOffset();
        }
        line.addAll(run);
        epoch = Math.max(epoch, epochs[epochs.length - 1]);
        OptionalInt epochBefore = before < 0 ? OptionalInt.empty() : OptionalInt.of(before);
        assertThat(log.appendAsFollower(Entry.run(run), from, epochBefore))
                .isEqualTo(new FollowerAppendResult.Appended(end()));
        writtenEnd = end();
    }

    void acknowledge() throws IOException {
        long end = log.logEndOffset();
        log.awaitDurable(end);
        if (config.flush() == FlushPolicy.COMMIT) {
            assertThat(log.durableEndOffset()).isGreaterThanOrEqualTo(end);
            acknowledgedEnd = Math.max(acknowledgedEnd, end);
        }
    }

    void acknowledgeLater() {
        long end = log.logEndOffset();
        CompletableFuture<Void> durable = log.whenDurable(end);
        if (config.flush() == FlushPolicy.COMMIT
                && durable.isDone()
                && !durable.isCompletedExceptionally()) {
            acknowledgedEnd = Math.max(acknowledgedEnd, end);
        }
    }

    void flush() throws IOException {
        long end = log.logEndOffset();
        log.flush();
        acknowledgedEnd = Math.max(acknowledgedEnd, end);
    }

    void nextEpoch() {
        epoch++;
    }

    // The ends

    void highWatermark(long offset) {
        highestWatermark = Math.max(highestWatermark, offset);
        log.advanceHighWatermark(offset);
        assertThat(log.highWatermark()).isGreaterThanOrEqualTo(Math.min(offset, end()));
    }

    void logStart(long offset) throws IOException {
        attemptedStart = Math.max(attemptedStart, offset);
        log.advanceLogStart(offset);
        acknowledgedStart = Math.max(acknowledgedStart, offset);
        assertThat(log.logStartOffset()).isEqualTo(acknowledgedStart);
    }

    void retain() throws IOException {
        attemptedStart = Math.max(attemptedStart, log.highWatermark());
        log.retain(clock.wallMs());
        attemptedStart = log.logStartOffset();
        acknowledgedStart = attemptedStart;
    }

    void truncate(long offset, TruncationReason reason) throws IOException {
        long newEnd =
                line.stream()
                        .filter(entry -> entry.endOffset() > offset)
                        .mapToLong(Entry::baseOffset)
                        .findFirst()
                        .orElse(end());
        newEnd = Math.min(newEnd, offset);
        writtenEnd = Math.min(writtenEnd, newEnd);
        acknowledgedEnd = Math.min(acknowledgedEnd, newEnd);
        long returned = log.truncateTo(offset, reason);
        line.removeIf(entry -> entry.endOffset() > offset);
        assertThat(returned).isEqualTo(end()).isEqualTo(log.logEndOffset());
        highestWatermark = Math.min(highestWatermark, end());
        compactionBegunBelow = Math.min(compactionBegunBelow, end());
        writtenEnd = end();
    }

    /** As a follower that was overtaken: the leader's producers are those of {@code before}. */
    void restart(long offset, List<Entry> before) throws IOException {
        ProducerStates states = new ProducerStates();
        before.forEach(entry -> states.stored(entry.bytes(), 0));
        ByteBuffer snapshot = ProducerSnapshot.encode(states, offset);
        writtenEnd = acknowledgedStart;
        acknowledgedEnd = acknowledgedStart;
        attemptedStart = Math.max(attemptedStart, offset);
        restarting = OptionalLong.of(offset);
        producersHandedOver = Producers.after(before);
        log.restartAt(new RestartPoint(offset, snapshot, 0));
        restarted();
        attemptedStart = offset;
        acknowledgedStart = offset;
        acknowledgedEnd = offset;
        writtenEnd = offset;
        highestWatermark = offset;
        compactionBegunBelow = 0;
    }

    /** The log begins anew, without what it held before. */
    void restarted() {
        line.clear();
        producersBefore = producersHandedOver;
        restarting = OptionalLong.empty();
    }

    // The rest

    void compact(long tombstoneEnd) throws IOException {
        compactionBegunBelow = Math.max(compactionBegunBelow, log.highWatermark());
        new LogCompactor(log, 1 << 14).run(clock.wallMs(), tombstoneEnd);
    }

    void checkpoint() throws IOException {
        log.checkpoint();
    }

    void age(Duration time) throws IOException {
        clock.advance(time);
        log.rollIfTooOld();
    }

    void close() throws IOException {
        log.close();
        assertThat(disk.openHandles()).as("open: %s", disk.openPaths()).isZero();
        acknowledgedEnd = Math.max(acknowledgedEnd, end());
        cleanEnd = OptionalLong.of(end()); // its own file is another's business, and is durable
    }

    /** The process goes down and comes up again, the machine stays. */
    void killAndReopen() throws IOException {
        log.abandon();
        open();
        assertThat(log.logEndOffset()).isEqualTo(end());
    }
}
