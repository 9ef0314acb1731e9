// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.epoch;

import static io.taffrail.model.Invariants.check;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.model.OffsetAndEpoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The epochs of one log, in memory and in the file {@code leader-epochs}. The file is a cache
 * (P20): it is durable before the first append of an epoch, and whoever opens a log compares it
 * with the entries.
 *
 * <p>Always: epochs and start offsets ascend together. Changed by the owner of the log; read by
 * anybody, as an immutable map behind one volatile field.
 */
public final class LeaderEpochs {
    private static final String KIND = "taffrail-leader-epochs 1";

    private final SmallFile file;
    private volatile NavigableMap<Integer, Long> startOffsets;

    private LeaderEpochs(SmallFile file, NavigableMap<Integer, Long> startOffsets) {
        this.file = file;
        this.startOffsets = startOffsets;
    }

    private static SmallFile file(FileSystem files, Path directory) {
        return new SmallFile(files, directory.resolve("leader-epochs"), KIND);
    }

    /** What the file says, not yet compared with anything; empty if it is missing or damaged. */
    public static Optional<LeaderEpochs> read(FileSystem files, Path directory) throws IOException {
        SmallFile file = file(files, directory);
        try {
            Optional<List<String>> lines = file.read();
            if (lines.isEmpty()) {
                return Optional.empty();
            }
            NavigableMap<Integer, Long> startOffsets = new TreeMap<>();
            for (String line : lines.get()) {
                String[] words = line.split(" ", -1);
                startOffsets.put(Integer.parseInt(words[0]), Long.parseLong(words[1]));
            }
            return Optional.of(new LeaderEpochs(file, startOffsets));
        } catch (DamagedFileException e) {
            return Optional.empty();
        }
    }

    /** No epochs, in memory alone. */
    public static LeaderEpochs none(FileSystem files, Path directory) {
        return new LeaderEpochs(file(files, directory), new TreeMap<>());
    }

    /**
     * Notes, in memory alone, that an entry of {@code epoch} begins at {@code offset}: what a scan
     * of the log does.
     */
    public void found(int epoch, long offset) {
        if (startOffsets.isEmpty() || epoch > startOffsets.lastKey()) {
            NavigableMap<Integer, Long> next = new TreeMap<>(startOffsets);
            next.put(epoch, offset);
            startOffsets = next;
        }
    }

    /** Makes the file say what is in memory. */
    public void persist() throws IOException {
        persist(startOffsets);
    }

    private void persist(Map<Integer, Long> epochs) throws IOException {
        List<String> lines = new ArrayList<>();
        epochs.forEach((epoch, start) -> lines.add(epoch + " " + start));
        file.replace(lines);
    }

    /**
     * Before the first entry of an epoch is appended at {@code startOffset}; durable when it
     * returns.
     */
    public void begin(int epoch, long startOffset) throws IOException {
        check(
                startOffsets.isEmpty() || epoch > startOffsets.lastKey(),
                "epoch %d begins after %s",
                epoch,
                startOffsets);
        NavigableMap<Integer, Long> next = new TreeMap<>(startOffsets);
        next.values()
                .removeIf(start -> start >= startOffset); // an epoch in which nothing was written
        next.put(epoch, startOffset);
        persist(next);
        startOffsets = next;
    }

    /** The newest epoch; empty if nothing was ever appended. */
    public OptionalInt latest() {
        NavigableMap<Integer, Long> current = startOffsets;
        return current.isEmpty() ? OptionalInt.empty() : OptionalInt.of(current.lastKey());
    }

    /** The epoch that the entry at {@code offset} was written in. */
    public OptionalInt epochOf(long offset) {
        OptionalInt found = OptionalInt.empty();
        for (Map.Entry<Integer, Long> entry : startOffsets.entrySet()) {
            if (entry.getValue() > offset) {
                break;
            }
            found = OptionalInt.of(entry.getKey());
        }
        return found;
    }

    /**
     * The largest epoch at or below {@code epoch}, and the offset where it ended: the start of the
     * next one, or the log end. Empty if every epoch is larger (KIP-279).
     */
    public Optional<OffsetAndEpoch> endOf(int epoch, long logEndOffset) {
        NavigableMap<Integer, Long> current = startOffsets;
        Map.Entry<Integer, Long> floor = current.floorEntry(epoch);
        if (floor == null) {
            return Optional.empty();
        }
        Map.Entry<Integer, Long> next = current.higherEntry(floor.getKey());
        return Optional.of(
                new OffsetAndEpoch(next == null ? logEndOffset : next.getValue(), floor.getKey()));
    }

    /** Epoch → start offset, as it is now. */
    public NavigableMap<Integer, Long> startOffsets() {
        return new TreeMap<>(startOffsets);
    }

    /**
     * Forgets, in memory alone, epochs that begin at or above {@code endOffset}: their entries are
     * cut.
     */
    public void truncateFromEnd(long endOffset) {
        NavigableMap<Integer, Long> next = new TreeMap<>(startOffsets);
        next.values().removeIf(start -> start >= endOffset);
        startOffsets = next;
    }

    /**
     * Forgets, in memory alone, epochs that ended at or below the log start, and moves the start of
     * the one that spans it.
     */
    public void truncateFromStart(long logStartOffset) {
        OptionalInt spanning = epochOf(logStartOffset);
        NavigableMap<Integer, Long> next = new TreeMap<>(startOffsets);
        next.values().removeIf(start -> start <= logStartOffset);
        spanning.ifPresent(epoch -> next.put(epoch, logStartOffset));
        startOffsets = next;
    }
}
