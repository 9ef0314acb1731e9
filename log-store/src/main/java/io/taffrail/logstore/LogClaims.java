// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.files.DiskFullException;
import io.taffrail.logstore.recovery.Checkpoint;
import io.taffrail.logstore.recovery.FsyncedEnd;
import io.taffrail.logstore.segment.SegmentContext;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log says of itself beside its entries, in memory and in the files {@code checkpoint} and
 * {@code fsynced-end}. No claim about the disk is written before it is true, and before bytes go,
 * the claims that speak of them do.
 *
 * <p>Changed under the log's lock, but for the recovery point and the sidecar, which belong to
 * whoever runs a round of fsync; read by anybody.
 */
final class LogClaims {
    private static final Logger LOG = LoggerFactory.getLogger(LogClaims.class);

    private final SegmentContext context;
    private final FsyncedEnd fsyncedEnd;

    private volatile long recoveryPoint;
    private volatile long logStartOffset;
    private volatile long highWatermark;
    private volatile long tombstoneHorizon;
    private volatile long compactedEndOffset;

    LogClaims(SegmentContext context, Checkpoint checkpoint, FsyncedEnd fsyncedEnd) {
        this.context = context;
        this.fsyncedEnd = fsyncedEnd;
        this.recoveryPoint = checkpoint.recoveryPoint();
        this.logStartOffset = checkpoint.logStartOffset();
        this.highWatermark = Math.max(checkpoint.logStartOffset(), checkpoint.highWatermark());
        this.tombstoneHorizon = checkpoint.tombstoneHorizon();
        this.compactedEndOffset = checkpoint.compactedEndOffset();
    }

    long logStartOffset() {
        return logStartOffset;
    }

    long highWatermark() {
        return highWatermark;
    }

    long tombstoneHorizon() {
        return tombstoneHorizon;
    }

    long compactedEndOffset() {
        return compactedEndOffset;
    }

    void raiseHighWatermark(long offset) {
        highWatermark = Math.max(highWatermark, offset);
    }

    /** Durable when it returns; if it cannot be, the log start stays, and may be raised again. */
    synchronized void raiseLogStart(long offset) throws IOException {
        write(offset);
        logStartOffset = offset;
    }

    /** Durable when it returns. */
    void raiseTombstoneHorizon(long offset) throws IOException {
        tombstoneHorizon = Math.max(tombstoneHorizon, offset);
        write();
    }

    /** Durable when it returns. */
    void raiseCompactedEnd(long offset) throws IOException {
        compactedEndOffset = Math.max(compactedEndOffset, Math.min(offset, highWatermark));
        write();
    }

    /**
     * All below {@code offset} was forced. Durable when it returns, if there is room for it: the
     * next opening is only slower without.
     */
    void raiseRecoveryPoint(long offset) throws IOException {
        recoveryPoint = offset;
        ifThereIsRoom(this::write);
    }

    /**
     * All below {@code offset} was forced by the round before; not durable by itself, and left out
     * if there is no room for it.
     */
    void noteFsyncedEnd(long offset) throws IOException {
        ifThereIsRoom(() -> fsyncedEnd.write(offset));
    }

    private interface Note {
        void write() throws IOException;
    }

    /** A full disk has no room for a newer claim: the older one stays true. */
    private static void ifThereIsRoom(Note note) throws IOException {
        try {
            note.write();
        } catch (DiskFullException e) {
            LOG.debug("no room to note what is durable: {}", e.getMessage());
        }
    }

    /**
     * Before the log is cut to {@code endOffset}: nothing says any more that there was more.
     * Durable when it returns.
     */
    void lowerTo(long endOffset) throws IOException {
        highWatermark = Math.min(highWatermark, endOffset);
        compactedEndOffset = Math.min(compactedEndOffset, endOffset);
        recoveryPoint = Math.min(recoveryPoint, endOffset);
        write();
        fsyncedEnd.lower(endOffset);
    }

    /** The log is empty, and begins where the leader says. Durable when it returns. */
    void restartAt(RestartPoint leader) throws IOException {
        recoveryPoint = leader.offset();
        logStartOffset = leader.offset();
        highWatermark = leader.offset();
        tombstoneHorizon = leader.tombstoneHorizon();
        compactedEndOffset = 0;
        write();
    }

    private void write() throws IOException {
        write(logStartOffset);
    }

    /** One at a time: a second writer would leave older values in the file. */
    private synchronized void write(long newLogStart) throws IOException {
        // A high watermark above what is on disk here is no claim about this disk, and would look
        // like a loss after a power cut.
        long committed = Math.min(highWatermark, recoveryPoint);
        new Checkpoint(
                        context.partition(),
                        recoveryPoint,
                        newLogStart,
                        committed,
                        tombstoneHorizon,
                        compactedEndOffset)
                .write(context.files(), context.directory());
    }

    /** Closes, with all below {@code endOffset} forced. Durable when it returns. */
    void closeAt(long endOffset) throws IOException {
        recoveryPoint = endOffset;
        write();
        close();
    }

    void close() throws IOException {
        fsyncedEnd.close();
    }
}
