// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares one index file of a segment with the segment's entries, which are shown to it one after
 * the other. Changes nothing. How far apart slots are is a setting and no part of the proof.
 */
public final class IndexProof {
    /** The two files. */
    public enum Kind {
        OFFSET(IndexFile.Kind.OFFSET),
        TIME(IndexFile.Kind.TIME);

        private final IndexFile.Kind file;

        Kind(IndexFile.Kind file) {
            this.file = file;
        }
    }

    /** What there is to prove. */
    public enum State {
        /** There is no such file: it is made when the segment is closed. */
        MISSING,
        /** It is whole, and was written for another state of the segment: nobody will use it. */
        STALE,
        /** It is not what was written. */
        DAMAGED,
        /** It is whole, and speaks of a log file of this size. */
        WHOLE
    }

    private static final int TIMESTAMP_TYPE_POSITION = 6; // as drawn at IndexFile

    private final IndexFile index;
    private final Kind kind;
    private final List<String> findings = new ArrayList<>();
    private State state;
    private SegmentSummary claimed;
    private ByteBuffer slots;
    private SegmentSummary seen;

    private IndexProof(IndexFile index, Kind kind) {
        this.index = index;
        this.kind = kind;
        this.seen = SegmentSummary.empty(index.baseOffset());
    }

    /**
     * Reads the index of the segment at {@code baseOffset}, whose log file has {@code logBytes}.
     */
    public static IndexProof begin(
            FileSystem files, Path directory, long baseOffset, long logBytes, Kind kind)
            throws IOException {
        Path path = directory.resolve(String.format("%020d%s", baseOffset, kind.file.suffix()));
        IndexProof proof =
                new IndexProof(
                        new IndexFile(
                                files, path, kind.file, timestampType(files, path), baseOffset),
                        kind);
        proof.read(logBytes);
        return proof;
    }

    /** As the file says; if that is damaged, its checksum will tell. */
    private static TimestampType timestampType(FileSystem files, Path path) throws IOException {
        ByteBuffer code = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (LogFile file = files.open(path, OpenMode.READ)) {
            file.read(TIMESTAMP_TYPE_POSITION, code);
        } catch (NoSuchFileException e) {
            return TimestampType.CREATE;
        }
        return code.getShort(0) == TimestampType.APPEND.code()
                ? TimestampType.APPEND
                : TimestampType.CREATE;
    }

    private void read(long logBytes) throws IOException {
        try {
            claimed = index.readSummary();
            slots = index.readSlots(claimed);
            state = claimed.logBytes() == logBytes ? State.WHOLE : State.STALE;
        } catch (NoSuchFileException e) {
            state = State.MISSING;
        } catch (DamagedFileException e) {
            state = State.DAMAGED;
            findings.add(e.getMessage());
        }
    }

    /** Takes the next entry of the segment. */
    public void entry(ByteBuffer buffer, int at, long position) {
        if (state == State.WHOLE) {
            while (slots.hasRemaining() && slotPosition() < position) {
                differs("points to byte " + slotPosition() + ", where no entry begins");
                skipSlot();
            }
            if (slots.hasRemaining() && slotPosition() == position) {
                compareSlot(buffer, at);
                skipSlot();
            }
        }
        seen =
                seen.plus(
                        buffer,
                        at,
                        position + RecordBatchLayout.entryBytes(buffer, at),
                        index.timestampType().maxTimestampMs(buffer, at));
    }

    private long slotPosition() {
        int at = slots.position() + (kind == Kind.OFFSET ? Integer.BYTES : Long.BYTES);
        return Integer.toUnsignedLong(slots.getInt(at));
    }

    private void skipSlot() {
        int bytes = kind == Kind.OFFSET ? OffsetIndex.SLOT_BYTES : TimeIndex.SLOT_BYTES;
        slots.position(Math.min(slots.position() + bytes, slots.limit()));
    }

    private void compareSlot(ByteBuffer buffer, int at) {
        if (kind == Kind.OFFSET) {
            long offset =
                    index.baseOffset() + Integer.toUnsignedLong(slots.getInt(slots.position()));
            long found = RecordBatchLayout.baseOffset(buffer, at);
            if (offset != found) {
                differs("says offset " + offset + " where " + found + " is");
            }
        } else if (slots.getLong(slots.position()) != seen.maxTimestampMs()) {
            differs(
                    "says "
                            + slots.getLong(slots.position())
                            + " is the latest time before byte "
                            + slotPosition()
                            + ", it is "
                            + seen.maxTimestampMs());
        }
    }

    private void differs(String how) {
        if (findings.isEmpty()) { // one is enough: the others follow from it
            findings.add(index.path() + " does not agree with the entries: it " + how);
        }
    }

    /** After the last entry of a segment without damage: the rest of the proof. */
    public void conclude() {
        if (state != State.WHOLE) {
            return;
        }
        if (slots.hasRemaining()) {
            differs("points to byte " + slotPosition() + ", where no entry begins");
        }
        if (!claimed.equals(seen)) {
            differs("sums the segment up as " + claimed + ", it is " + seen);
        }
    }

    public Path path() {
        return index.path();
    }

    public State state() {
        return state;
    }

    /** What is wrong with the file, as sentences. */
    public List<String> findings() {
        return findings;
    }
}
