// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.AppendResult.Rejected;
import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.model.LogError;
import io.taffrail.model.OffsetAndEpoch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What happens to an append under the log's lock: its place, the epoch, the roll, one write, and
 * what is remembered of its producers. A full disk is an answer; any other I/O error leaves the log
 * to its caller to be given up.
 */
final class LogWriter {
    private final LogEnvironment environment;
    private LogConfig config;
    private final Path directory;
    private final LogSegments segments;
    private final LeaderEpochs epochs;
    private final IoTimer writing;
    private ProducerStates producers;

    LogWriter(
            LogEnvironment environment,
            LogConfig config,
            Path directory,
            LogSegments segments,
            LeaderEpochs epochs,
            ProducerStates producers) {
        this.environment = environment;
        this.config = config;
        this.directory = directory;
        this.segments = segments;
        this.epochs = epochs;
        this.producers = producers;
        this.writing = new IoTimer(environment.clock());
    }

    /** Times each write; any thread looks. */
    IoTimer writing() {
        return writing;
    }

    void reconfigure(LogConfig changed) {
        config = changed;
    }

    ProducerStates producers() {
        return producers;
    }

    /** After the log was cut or begun again. */
    void restoreProducers(ProducerStates restored) {
        producers = restored;
    }

    List<AppendResult> append(LeaderAppend append, OptionalLong expectedBaseOffset)
            throws IOException {
        int latestEpoch = epochs.latest().orElse(0);
        if (append.leaderEpoch() < latestEpoch) {
            return List.of(staleEpoch(append.leaderEpoch(), latestEpoch));
        }
        append.place(segments.endOffset(), producers, expectedBaseOffset);
        if (append.isEmpty()) {
            return append.results();
        }
        try {
            requireRoom(append.bytes());
            beginEpoch(append.leaderEpoch(), segments.endOffset());
            rollIfDue(append.bytes(), append.endOffset());
            write(append.buffers(), append.headers());
            return append.results();
        } catch (DiskFullException e) {
            return append.rejectedInstead(Rejected.of(LogError.DISK_FULL, full(e)));
        }
    }

    FollowerAppendResult append(FollowerAppend append, long from, OptionalInt epochBefore)
            throws IOException {
        if (!continues(append, from, epochBefore)) {
            return new FollowerAppendResult.Diverged(segments.endOffset(), epochs.latest());
        }
        if (append.isEmpty()) {
            return new FollowerAppendResult.Appended(segments.endOffset());
        }
        try {
            requireRoom(append.bytes());
            for (OffsetAndEpoch start : append.epochStarts()) {
                beginEpoch(start.leaderEpoch(), start.offset());
            }
            rollIfDue(append.bytes(), append.endOffset());
            write(append.buffers(), append.headers());
            return new FollowerAppendResult.Appended(segments.endOffset());
        } catch (DiskFullException e) {
            return new FollowerAppendResult.DiskFull(full(e));
        }
    }

    /** Raft's consistency check, by offset and by the epoch of the entry before (P12). */
    private boolean continues(FollowerAppend append, long from, OptionalInt epochBefore) {
        OptionalInt ownEpochBefore = epochs.epochOf(segments.endOffset() - 1);
        boolean sameEpoch =
                epochBefore.isEmpty()
                        || ownEpochBefore.isEmpty()
                        || epochBefore.equals(ownEpochBefore);
        return from == segments.endOffset()
                && sameEpoch
                && (append.isEmpty() || append.firstEpoch() >= epochs.latest().orElse(0));
    }

    private static Rejected staleEpoch(int leaderEpoch, int latestEpoch) {
        return Rejected.of(
                LogError.STALE_EPOCH,
                "leader epoch " + leaderEpoch + " has ended: " + latestEpoch + " has begun",
                Map.of("current_epoch", Integer.toString(latestEpoch)));
    }

    private void requireRoom(long bytes) throws IOException {
        if (!environment.reserve().take(bytes)) {
            throw new DiskFullException("what is left is held in reserve", null);
        }
    }

    /** Also forgets epochs that were begun and in which, for want of room, nothing was written. */
    private String full(DiskFullException e) {
        epochs.truncateFromEnd(segments.endOffset());
        return "the disk that holds "
                + directory
                + " is full: "
                + e.getMessage()
                + "; appends are taken again once there is room: free some there, lower retention,"
                + " or move replicas away";
    }

    private void beginEpoch(int leaderEpoch, long startOffset) throws IOException {
        if (leaderEpoch > epochs.latest().orElse(-1)) {
            epochs.begin(leaderEpoch, startOffset);
        }
    }

    private void write(ByteBuffer[] bytes, List<Segment.EntryHeader> headers) throws IOException {
        Segment active = segments.active();
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
        Segment active = segments.active();
        boolean tooLarge = active.summary().logBytes() + bytes > config.segmentBytes();
        boolean tooFar = endOffset - active.baseOffset() > Integer.MAX_VALUE;
        if (tooLarge || tooFar || isTooOld(active)) {
            roll();
        }
    }

    void rollIfTooOld() throws IOException {
        if (isTooOld(segments.active())) {
            roll();
        }
    }

    private boolean isTooOld(Segment active) {
        long ageMs = environment.clock().wallMs() - active.summary().firstAppendTimeMs();
        return !active.isEmpty() && ageMs >= config.segmentAge().toMillis();
    }

    /** Closes the active segment, if it holds anything, and begins another. */
    void roll() throws IOException {
        if (!segments.active().isEmpty()) {
            producers.expire(environment.clock().wallMs());
            segments.roll(producers);
        }
    }
}
