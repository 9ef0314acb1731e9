// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.compaction.CompactionSwap;
import io.taffrail.logstore.producer.ProducerSnapshot;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.recovery.ProducerRecovery;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The segments of a log, with the producer snapshot at the beginning of each, and what of them is
 * not on disk yet. Always at least one; the last is active. Changed under the log's lock; {@link
 * #current} is read by anybody.
 */
final class LogSegments {
    private final SegmentContext context;
    private volatile List<Segment> current;
    private List<Segment> unforced = new ArrayList<>(); // closed, held open until forced
    private boolean directoryUnforced;

    LogSegments(SegmentContext context, List<Segment> recovered) {
        this.context = context;
        this.current = recovered;
    }

    List<Segment> current() {
        return current;
    }

    Segment active() {
        List<Segment> all = current;
        return all.get(all.size() - 1);
    }

    long endOffset() {
        return active().endOffset();
    }

    // Growing

    /** Closes the active segment and begins another. Forces nothing: the next round does. */
    void roll(ProducerStates producers) throws IOException {
        Segment active = active();
        snapshot(active.endOffset()).write(producers);
        Segment next = Segment.create(context, active.endOffset());
        directoryUnforced = true;
        active.acquire();
        unforced.add(active);
        try {
            active.close();
        } catch (IOException e) {
            next.abandon(); // nobody else will let go of it
            throw e;
        }
        List<Segment> extended = new ArrayList<>(current);
        extended.add(next);
        current = List.copyOf(extended);
    }

    /**
     * What a round has to force so that all below {@code endOffset} is durable. Held open until
     * released.
     *
     * @param directory whether a name was added since the last round
     */
    record Round(
            LogSegments segments,
            List<Segment> closed,
            Segment active,
            boolean directory,
            long endOffset) {
        void force() throws IOException {
            for (Segment segment : closed) {
                segment.force();
                // Retention will delete what the snapshot could be made anew from.
                segments.snapshot(segment.endOffset()).force();
            }
            active.force();
            if (directory) {
                segments.context.files().syncDirectory(segments.context.directory());
            }
        }

        void release() {
            closed.forEach(Segment::release);
            active.release();
        }
    }

    Round beginRound() throws IOException {
        Segment active = active();
        active.acquire();
        Round round = new Round(this, unforced, active, directoryUnforced, active.endOffset());
        unforced = new ArrayList<>();
        directoryUnforced = false;
        return round;
    }

    /** All of a round at once, for one who holds the log's lock and keeps other rounds out. */
    void forceAll() throws IOException {
        Round round = beginRound();
        try {
            round.force();
        } finally {
            round.release();
        }
    }

    // Shrinking

    /** Deletes segments that lie wholly below {@code offset}; readers keep what they hold. */
    void deleteBelow(long offset) throws IOException {
        List<Segment> kept = new ArrayList<>(current);
        while (kept.size() > 1 && kept.get(0).endOffset() <= offset) {
            kept.remove(0);
        }
        if (kept.size() == current.size()) {
            return;
        }
        forceSnapshot(kept.get(0).baseOffset());
        List<Segment> dropped = current.subList(0, current.size() - kept.size());
        current = List.copyOf(kept);
        for (Segment segment : dropped) {
            segment.retire();
            segment.delete();
        }
        deleteSnapshots(kept.get(0).baseOffset());
    }

    /** What the producers of entries that are about to go are known by from then on. */
    private void forceSnapshot(long offset) throws IOException {
        ProducerSnapshot snapshot = snapshot(offset);
        if (!context.files().exists(snapshot.path())) { // a crash tore it
            snapshot.write(ProducerRecovery.asOf(offset, context, current));
        }
        snapshot.force();
        context.files().syncDirectory(context.directory());
    }

    /**
     * Cuts everything from {@code offset} on, or from where the entry that holds it begins;
     * durable, but for the snapshots above it, when it returns (P20).
     *
     * @param floor what must stay: the new end may not be below it
     * @param lowerClaims called with the new end before anything goes
     */
    void cut(long offset, long floor, ClaimsLowering lowerClaims) throws IOException {
        forceAll();
        int kept = keptBelow(offset);
        Segment last = current.get(kept - 1);
        last.acquire();
        try {
            long position = last.positionOf(offset);
            long newEndOffset = last.offsetAt(position);
            if (newEndOffset < floor) {
                last.requireEntryAt(position, newEndOffset);
                throw new IllegalArgumentException(
                        "a cut at "
                                + offset
                                + " would cut the entry at "
                                + newEndOffset
                                + ", below "
                                + floor);
            }
            lowerClaims.lowerTo(newEndOffset);
            deleteFromTop(kept);
            last.reopen();
            last.truncateTo(position);
        } finally {
            last.release();
        }
    }

    /** Where a cut at {@code offset} would end the log, also if that is below what must stay. */
    long endIfCut(long offset) throws IOException {
        Segment last = current.get(keptBelow(offset) - 1);
        last.acquire();
        try {
            return last.offsetAt(last.positionOf(offset));
        } finally {
            last.release();
        }
    }

    private int keptBelow(long offset) {
        int kept = current.size();
        while (kept > 1 && current.get(kept - 1).baseOffset() >= offset) {
            kept--;
        }
        return kept;
    }

    interface ClaimsLowering {
        void lowerTo(long endOffset) throws IOException;
    }

    /**
     * Deletes all entries, and adds the producer snapshot of a log that begins at {@code offset}.
     * Durable when it returns. The snapshots that are there stay: until the log says that it begins
     * elsewhere, they say who wrote what lies below it.
     */
    void deleteAll(long offset, ProducerStates producers) throws IOException {
        forceAll();
        List<Segment> dropped = current;
        deleteFromTop(1);
        dropped.get(0).retire();
        dropped.get(0).delete();
        snapshot(offset).write(producers);
        snapshot(offset).force();
        context.files().syncDirectory(context.directory());
    }

    /**
     * After {@link #deleteAll}: one empty segment, and no snapshot but its own. Durable when it
     * returns.
     */
    void beginAt(long offset) throws IOException {
        current = List.of(Segment.create(context, offset));
        for (ProducerSnapshot snapshot :
                ProducerSnapshot.list(context.files(), context.directory())) {
            if (snapshot.offset() != offset) {
                context.files().delete(snapshot.path());
            }
        }
        context.files().syncDirectory(context.directory());
    }

    /** One by one from the top, so that a crash in between leaves no gap. */
    private void deleteFromTop(int kept) throws IOException {
        List<Segment> remaining = new ArrayList<>(current);
        while (remaining.size() > kept) {
            Segment dropped = remaining.remove(remaining.size() - 1);
            dropped.retire();
            current = List.copyOf(remaining);
            dropped.delete();
            context.files().syncDirectory(context.directory());
        }
    }

    private void deleteSnapshots(long below) throws IOException {
        for (ProducerSnapshot snapshot :
                ProducerSnapshot.list(context.files(), context.directory())) {
            if (snapshot.offset() < below) {
                context.files().delete(snapshot.path());
            }
        }
    }

    // Compaction

    /**
     * Puts a rewritten segment in the place of those it was made from, and returns it; empty, and
     * nothing done, if one of them has left the log meanwhile.
     */
    Optional<Segment> replace(List<Segment> originals, CompactionSwap swap) throws IOException {
        int first = current.indexOf(originals.get(0));
        if (first < 0 || first + originals.size() >= current.size()) {
            swap.abandon();
            return Optional.empty();
        }
        swap.announce();
        originals.forEach(Segment::retire);
        Segment replacement = swap.carryOut();
        List<Segment> replaced = new ArrayList<>(current);
        replaced.subList(first, first + originals.size()).clear();
        replaced.add(first, replacement);
        current = List.copyOf(replaced);
        return Optional.of(replacement);
    }

    // The end

    /**
     * Forces everything, and closes the active segment with what the next opening needs to be
     * quick.
     */
    void close(ProducerStates producers) throws IOException {
        forceAll();
        ProducerSnapshot snapshot = snapshot(endOffset());
        // One that is there says the same, and may be all that is left of them: it is not written
        // over.
        if (!context.files().exists(snapshot.path())) {
            snapshot.write(producers);
        }
        snapshot.force();
        active().close();
    }

    /** Lets the files go as they are. */
    void abandon() {
        unforced.forEach(Segment::release);
        unforced = new ArrayList<>();
        active().abandon();
    }

    private ProducerSnapshot snapshot(long offset) {
        return new ProducerSnapshot(
                context.files(), context.file(offset, ProducerSnapshot.SUFFIX), offset);
    }
}
