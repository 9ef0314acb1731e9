// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.fetch;

import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.client.Consumer.Position;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.connection.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Where reading one partition is, and what was fetched ahead of it. The position is that of what
 * was returned to the user: after a break everything beyond it is fetched again. Only under the
 * consumer's lock; the decoder is lent to the thread that polls.
 */
final class PartitionReader {
    /** Credit is granted back in parts of the window of at least this fraction. */
    private static final int GRANTS_PER_WINDOW = 4;

    private static final long LEAST_NANOS_BETWEEN_MOVES = Duration.ofSeconds(1).toNanos();

    private static final Position UNKNOWN = new Position(OptionalLong.empty(), OptionalInt.empty());

    private final PartitionRef partition;
    private final long endOffset;
    private final Backoff backoff = new Backoff();
    private final Deque<FetchedChunk> chunks = new ArrayDeque<>();

    private StartFrom start;
    private Position position;
    private ChunkDecoder decoder; // null: none begun
    private FetchStream.Slot slot; // null: none
    private boolean opening;
    private boolean opened;
    private long slotSinceNanos;
    private int triedEpoch = -1; // the newest that a slot was opened with
    private boolean paused;
    private boolean endReached;
    private long windowBytes;
    private long owedBytes;
    private long highWatermark = -1;
    private TaffrailException failure; // null: none
    private long movedNanos;
    private boolean moved;
    private int turn; // bumped when what was fetched is void

    /**
     * @param endOffset exclusive; {@link Long#MAX_VALUE}: none
     */
    PartitionReader(PartitionRef partition, StartFrom start, long endOffset) {
        this.partition = partition;
        this.endOffset = endOffset;
        seek(start);
    }

    PartitionRef partition() {
        return partition;
    }

    Backoff backoff() {
        return backoff;
    }

    Position position() {
        return position;
    }

    OptionalLong highWatermark() {
        return highWatermark < 0 ? OptionalLong.empty() : OptionalLong.of(highWatermark);
    }

    boolean isPaused() {
        return paused;
    }

    void setPaused(boolean value) {
        paused = value;
    }

    Optional<TaffrailException> failure() {
        return Optional.ofNullable(failure);
    }

    void fail(TaffrailException why) {
        failure = why;
    }

    void clearFailure() {
        failure = null;
    }

    /** Goes on elsewhere, and forgets what was fetched and what failed. */
    void seek(StartFrom from) {
        start = from;
        position =
                from instanceof StartFrom.AtOffset at
                        ? new Position(OptionalLong.of(at.offset()), at.leaderEpoch())
                        : UNKNOWN;
        failure = null;
        endReached = false;
        leaveSlot();
    }

    /** Forgets the slot and what came through it beyond the position. */
    void leaveSlot() {
        if (slot != null) {
            slot.letGo();
            slot = null;
        }
        opening = false;
        endReached = false; // there is something before the end again
        chunks.clear();
        decoder = null;
        turn++;
    }

    int turn() {
        return turn;
    }

    /** Whether a slot is to be opened. */
    boolean needsSlot() {
        return slot == null && !opening && !endReached && failure == null && !isFinished();
    }

    void setOpening(boolean value) {
        opening = value;
    }

    /**
     * @param epoch the newest that the slot was opened with
     */
    void useSlot(FetchStream.Slot begun, long window, OptionalInt epoch, long nowNanos) {
        slot = begun;
        opened = false;
        slotSinceNanos = nowNanos;
        epoch.ifPresent(known -> triedEpoch = Math.max(triedEpoch, known));
        windowBytes = window;
        owedBytes = 0;
        opening = false;
    }

    /** The slot, if there is one. */
    Optional<FetchStream.Slot> slot() {
        return Optional.ofNullable(slot);
    }

    /** The newest leader epoch that a slot was opened with. */
    int triedEpoch() {
        return triedEpoch;
    }

    /** Whether a slot waits for its first answer for so long already. */
    boolean opensSince(long nanos, long nowNanos) {
        return slot != null && !opened && nowNanos - slotSinceNanos >= nanos;
    }

    boolean isAt(FetchStream.Slot other) {
        return slot == other;
    }

    /** All that is before the end was returned. */
    boolean isFinished() {
        boolean past = position.offset().isPresent() && position.offset().getAsLong() >= endOffset;
        return past || (endReached && chunks.isEmpty() && decoder == null);
    }

    /** Where a slot is to begin. */
    StartPosition.Builder startPosition() {
        StartPosition.Builder at = StartPosition.newBuilder();
        if (position.offset().isPresent()) {
            var known = io.taffrail.api.v1.Position.newBuilder();
            known.setOffset(position.offset().getAsLong());
            position.leaderEpoch().ifPresent(known::setLeaderEpoch);
            return at.setPosition(known);
        }
        if (start instanceof StartFrom.AtTimestamp time) {
            return at.setTimestampMs(time.timestampMs());
        }
        if (start instanceof StartFrom.LastRecords last) {
            return at.setLastRecords(last.count());
        }
        return at.setAnchor(
                start instanceof StartFrom.Earliest
                        ? Anchor.ANCHOR_EARLIEST
                        : Anchor.ANCHOR_LATEST);
    }

    OptionalLong endOffset() {
        return endOffset == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(endOffset);
    }

    void onResponse(FetchResponse response) {
        opened = true;
        if (response.hasOpened()) {
            triedEpoch = Math.max(triedEpoch, response.getOpened().getLeaderEpoch());
        }
        highWatermark = response.getHighWatermark();
        if (response.hasOpened() && response.getOpened().hasNext() && position.offset().isEmpty()) {
            position = toPosition(response.getOpened().getNext());
        }
        if (response.getBatchesCount() > 0 || response.getCostBytes() > 0) {
            backoff.reset();
            chunks.add(
                    new FetchedChunk(
                            response.getBatchesList(),
                            toPosition(response.getNext()),
                            response.getCostBytes()));
        }
    }

    /** The slot ended where it should. */
    void onEndReached() {
        slot = null;
        endReached = true;
    }

    private static Position toPosition(io.taffrail.api.v1.Position told) {
        return new Position(
                OptionalLong.of(told.getOffset()),
                told.hasLeaderEpoch()
                        ? OptionalInt.of(told.getLeaderEpoch())
                        : OptionalInt.empty());
    }

    /** Whether to move to another broker of its own accord: not all the time. */
    boolean mayMove(long nowNanos) {
        if (moved && nowNanos - movedNanos < LEAST_NANOS_BETWEEN_MOVES) {
            return false;
        }
        moved = true;
        movedNanos = nowNanos;
        return true;
    }

    boolean hasRecords() {
        return !paused && failure == null && (decoder != null || !chunks.isEmpty());
    }

    /** The chunk to take records from. Only if {@link #hasRecords}. */
    ChunkDecoder decoder(boolean checksCrcs) {
        if (decoder == null) {
            decoder =
                    new ChunkDecoder(
                            partition,
                            chunks.poll(),
                            position.offset().orElseThrow(),
                            endOffset,
                            checksCrcs);
        }
        return decoder;
    }

    /**
     * These records go to the user.
     *
     * @param records the partition's part of them
     */
    void returned(ChunkDecoder from, List<ConsumerRecord> records) {
        if (!records.isEmpty()) {
            ConsumerRecord last = records.get(records.size() - 1);
            position =
                    new Position(
                            OptionalLong.of(last.offset() + 1), OptionalInt.of(last.leaderEpoch()));
        }
        if (from.isDrained()) {
            decoder = null;
            skipTo(from.chunk().next());
            giveBack(from.chunk().costBytes());
        }
    }

    /** Compaction may have left a gap behind the last record. */
    private void skipTo(Position next) {
        if (next.offset().getAsLong() > position.offset().getAsLong()) {
            position = next;
        }
    }

    private void giveBack(long costBytes) {
        owedBytes += costBytes;
        if (slot != null && owedBytes >= windowBytes / GRANTS_PER_WINDOW) {
            slot.grant(owedBytes);
            owedBytes = 0;
        }
    }
}
