// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.inspect.LogStep.Misplaced;
import io.taffrail.logstore.inspect.LogStep.SegmentBegins;
import io.taffrail.logstore.segment.EntryScanner;
import io.taffrail.logstore.segment.EntryScanner.Depth;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a log's files from front to back and verifies every byte of every entry. Steps over damage
 * to the next entry that can follow. Each file is read up to the size it had when it was listed.
 * For one thread.
 */
public final class LogWalk implements Closeable {
    private final LogFiles log;
    private final Deque<SegmentFile> ahead;
    private final long fromOffset;
    private SegmentFile segment;
    private LogFile file;
    private EntryScanner scanner;
    private boolean begun;
    private long expectedOffset;
    private int lastEpoch = -1;

    /** A walk from the entry on that holds {@code fromOffset}, or is the next after it. */
    public LogWalk(LogFiles log, long fromOffset) throws IOException {
        this.log = log;
        this.fromOffset = fromOffset;
        List<SegmentFile> segments = log.segments();
        int first = 0;
        while (first + 1 < segments.size() && segments.get(first + 1).baseOffset() <= fromOffset) {
            first++;
        }
        this.ahead = new ArrayDeque<>(segments.subList(first, segments.size()));
    }

    /** The offset that would follow what was met so far. */
    public long endOffset() {
        return expectedOffset;
    }

    /** The next step; empty at the end of the log. */
    public Optional<LogStep> next() throws IOException {
        while (scanner == null || scanner.atEnd()) {
            if (ahead.isEmpty()) {
                return Optional.empty();
            }
            SegmentFile next = ahead.peek();
            if (begun && next.baseOffset() != expectedOffset) {
                return Optional.of(misplaced(next));
            }
            ahead.poll();
            enter(next);
            return Optional.of(new SegmentBegins(segment));
        }
        EntryCheck check = scanner.next();
        if (check != EntryCheck.VALID || !continues()) {
            return Optional.of(stepOver(check));
        }
        expectedOffset = RecordBatchLayout.endOffset(scanner.buffer(), scanner.at());
        lastEpoch = RecordBatchLayout.leaderEpoch(scanner.buffer(), scanner.at());
        return Optional.of(new Entry(segment, scanner.buffer(), scanner.at(), scanner.position()));
    }

    private Misplaced misplaced(SegmentFile next) {
        long expected = expectedOffset;
        if (next.baseOffset() < expected) {
            ahead.poll();
        } else {
            expectedOffset = next.baseOffset();
        }
        return new Misplaced(next, expected);
    }

    private void enter(SegmentFile next) throws IOException {
        close();
        segment = next;
        file = log.files().open(next.path(), OpenMode.READ);
        expectedOffset = next.baseOffset();
        long from = begun ? 0 : positionOf(fromOffset);
        begun = true;
        scanner = scanner(Depth.WHOLE, from);
    }

    /** Where to begin reading: by headers alone, so that it is quick. */
    private long positionOf(long offset) throws IOException {
        scanner = scanner(Depth.HEADERS, 0);
        while (!scanner.atEnd()) {
            if (scanner.next() != EntryCheck.VALID
                    || !continues()
                    || RecordBatchLayout.endOffset(scanner.buffer(), scanner.at()) > offset) {
                return scanner.position();
            }
            expectedOffset = RecordBatchLayout.endOffset(scanner.buffer(), scanner.at());
            lastEpoch = RecordBatchLayout.leaderEpoch(scanner.buffer(), scanner.at());
        }
        return scanner.nextPosition();
    }

    private boolean continues() {
        return RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at()) >= expectedOffset
                && RecordBatchLayout.leaderEpoch(scanner.buffer(), scanner.at()) >= lastEpoch;
    }

    private Damage stepOver(EntryCheck check) throws IOException {
        long bad = scanner.position();
        long expected = expectedOffset;
        Optional<Long> next =
                check == EntryCheck.NEWER_FORMAT
                        ? endOfEntry()
                        : scanner.findValidEntry(expectedOffset, Math.max(lastEpoch, 0));
        OptionalLong nextOffset = OptionalLong.empty();
        if (next.isPresent() && check != EntryCheck.NEWER_FORMAT) {
            expectedOffset = RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at());
            nextOffset = OptionalLong.of(expectedOffset);
        } else if (next.isPresent()) { // how many offsets it has, only its own version can tell
            expectedOffset = RecordBatchLayout.baseOffset(scanner.buffer(), scanner.at()) + 1;
            nextOffset = OptionalLong.of(expectedOffset);
        } else if (!ahead.isEmpty()) {
            expectedOffset = Math.max(expectedOffset, ahead.peek().baseOffset());
        }
        long end = next.orElse(segment.bytes());
        scanner = scanner(Depth.WHOLE, end);
        return new Damage(segment, bad, end, check, expected, nextOffset);
    }

    /** Of an entry of a newer format: its length and its place are where they always are. */
    private Optional<Long> endOfEntry() {
        long end =
                scanner.position() + RecordBatchLayout.entryBytes(scanner.buffer(), scanner.at());
        return end < segment.bytes() ? Optional.of(end) : Optional.empty();
    }

    private EntryScanner scanner(Depth depth, long from) {
        return new EntryScanner(file, log.partition(), depth, from, segment.bytes());
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
