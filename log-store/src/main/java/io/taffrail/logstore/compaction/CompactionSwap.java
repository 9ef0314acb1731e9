// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.compaction;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.logstore.segment.Segment;
import io.taffrail.logstore.segment.SegmentContext;
import io.taffrail.logstore.segment.SegmentSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts one rewritten segment in the place of a run of segments, so that a crash leaves the one or
 * the others.
 *
 * @param baseOffsets of the originals, in order; the new one has the first
 * @param summary of the new one
 */
public record CompactionSwap(
        SegmentContext context, List<Long> baseOffsets, SegmentSummary summary) {
    /** The suffix of a rewritten segment that has not taken its place. */
    public static final String SUFFIX = ".compacted";

    private static final String FILE_NAME = "compaction-swap";
    private static final String KIND = "taffrail-compaction-swap 1";

    /**
     * The file that holds the rewritten segment beginning at {@code baseOffset} until it takes its
     * place.
     */
    public static Path newFile(SegmentContext context, long baseOffset) {
        return context.file(baseOffset, SUFFIX);
    }

    /**
     * First: says, durably, what is going to be replaced. The new file was forced. Until the next
     * step all can stay as it was.
     */
    public void announce() throws IOException {
        note(context).replace(baseOffsets.stream().map(Object::toString).toList());
    }

    /** Then: replaces. The originals are retired. Durable when it returns. */
    public Segment carryOut() throws IOException {
        FileSystem files = context.files();
        long first = baseOffsets.get(0);
        // The old indexes first, durably: they must not be taken for those of the new file.
        Segment.deleteIndexes(context, first);
        files.syncDirectory(context.directory());
        files.rename(newFile(context, first), context.file(first, SegmentContext.LOG_SUFFIX));
        files.syncDirectory(context.directory());
        deleteOthers(context, baseOffsets);
        Segment replacement = Segment.closed(context, first, summary);
        replacement.writeIndexes();
        return replacement;
    }

    /** Gives it up before anything was replaced. */
    public void abandon() throws IOException {
        context.files().delete(newFile(context, baseOffsets.get(0)));
    }

    private static void deleteOthers(SegmentContext context, List<Long> baseOffsets)
            throws IOException {
        FileSystem files = context.files();
        for (long base : baseOffsets.subList(1, baseOffsets.size())) {
            Segment.deleteIndexes(context, base);
            if (files.exists(context.file(base, SegmentContext.LOG_SUFFIX))) {
                files.delete(context.file(base, SegmentContext.LOG_SUFFIX));
            }
        }
        files.syncDirectory(context.directory());
        files.delete(note(context).path());
        files.syncDirectory(context.directory());
    }

    /** At opening: withdraws or finishes what a crash interrupted; says so in {@code notes}. */
    public static void recover(SegmentContext context, List<String> notes) throws IOException {
        FileSystem files = context.files();
        Optional<List<String>> note = note(context).read();
        if (note.isPresent()) {
            List<Long> bases = new ArrayList<>();
            note.get().forEach(line -> bases.add(Long.parseLong(line)));
            if (files.exists(newFile(context, bases.get(0)))) {
                files.delete(note(context).path());
                files.syncDirectory(context.directory());
                notes.add("a compaction that had not replaced anything was withdrawn");
            } else {
                deleteOthers(context, bases);
                notes.add("a compaction that was replacing segments was finished");
            }
        }
        for (Path file : files.list(context.directory())) {
            if (file.toString().endsWith(SUFFIX)) {
                files.delete(file);
            }
        }
    }

    private static SmallFile note(SegmentContext context) {
        return new SmallFile(context.files(), context.directory().resolve(FILE_NAME), KIND);
    }
}
