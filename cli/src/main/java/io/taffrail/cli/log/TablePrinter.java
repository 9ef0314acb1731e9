// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.logstore.inspect.Finding;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.inspect.LogStep.Misplaced;
import io.taffrail.logstore.inspect.SegmentReport;
import io.taffrail.logstore.inspect.VerifyReport;
import io.taffrail.logstore.segment.SegmentSummary;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Rows under headings, in columns of a fixed width: a log may have more rows than memory. */
final class TablePrinter implements LogPrinter {
    private static final String BATCH_ROW =
            "%14s %14s %6s  %-24s  %-24s %11s %9s %8s  %-6s  %-16s  %s%n";
    private static final String SEGMENT_ROW =
            "%-24s %14s %14s %6s  %-24s  %-24s %12s %9s %11s %13s%n";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int SHOWN_BYTES = 80;

    private final OutputStream out;
    private final boolean records;
    private boolean headed;

    /**
     * A printer to {@code out}, which it buffers.
     *
     * @param records whether to show those of each batch
     */
    TablePrinter(OutputStream out, boolean records) {
        this.out = new BufferedOutputStream(out, 64 << 10);
        this.records = records;
    }

    private void print(String format, Object... values) throws IOException {
        out.write(String.format(Locale.ROOT, format, values).getBytes(UTF_8));
    }

    @Override
    public void entry(Entry entry) throws IOException {
        if (!headed) {
            headed = true;
            print(
                    BATCH_ROW,
                    "BASE OFFSET",
                    "LAST OFFSET",
                    "EPOCH",
                    "APPENDED",
                    "SEGMENT",
                    "POSITION",
                    "BYTES",
                    "RECORDS",
                    "CODEC",
                    "PRODUCER",
                    "CRC32C");
        }
        ByteBuffer b = entry.buffer();
        int at = entry.at();
        print(
                BATCH_ROW,
                entry.baseOffset(),
                entry.endOffset() - 1,
                RecordBatchLayout.leaderEpoch(b, at),
                time(RecordBatchLayout.appendTimeMs(b, at)),
                entry.segment().name(),
                entry.position(),
                entry.bytes(),
                RecordBatchLayout.recordCount(b, at),
                EntryRecords.compression(entry).name().toLowerCase(Locale.ROOT),
                producer(b, at),
                "ok");
        if (records) {
            printRecords(entry);
        }
    }

    /** Id, epoch and first sequence; a dash for a producer that is not idempotent. */
    private static String producer(ByteBuffer b, int at) {
        long id = RecordBatchLayout.producerId(b, at);
        return id == 0
                ? "-"
                : id
                        + "/"
                        + RecordBatchLayout.producerEpoch(b, at)
                        + "/"
                        + RecordBatchLayout.baseSequence(b, at);
    }

    private void printRecords(Entry entry) throws IOException {
        ByteBuffer b = entry.buffer();
        int at = entry.at();
        RecordCursor record = EntryRecords.of(entry);
        while (record.next()) {
            print(
                    "%14s  %s%s  %s%s%n",
                    entry.baseOffset() + record.offsetDelta(),
                    time(RecordBatchLayout.baseTimestampMs(b, at) + record.timestampDeltaMs()),
                    record.hasKey() ? "  key " + text(record.key()) : "",
                    record.hasValue() ? text(record.value()) : "tombstone",
                    record.headerCount() == 0 ? "" : "  headers " + record.headerCount());
        }
    }

    /** The bytes in quotes, what is no printable ASCII as in C, and cut if there are many. */
    private static String text(ByteBuffer bytes) {
        StringBuilder text = new StringBuilder("\"");
        int shown = Math.min(bytes.remaining(), SHOWN_BYTES);
        for (int i = 0; i < shown; i++) {
            int b = bytes.get(bytes.position() + i) & 0xFF;
            if (b == '"' || b == '\\') {
                text.append('\\').append((char) b);
            } else if (b >= ' ' && b < 0x7F) {
                text.append((char) b);
            } else {
                text.append(String.format("\\x%02x", b));
            }
        }
        text.append('"');
        return shown == bytes.remaining()
                ? text.toString()
                : text.append("... (").append(bytes.remaining()).append(" bytes)").toString();
    }

    @Override
    public void damage(Damage damage) throws IOException {
        print(
                "%14d  DAMAGED: %s, bytes %d to %d (%d): %s; %s%n",
                damage.expectedOffset(),
                damage.segment().name(),
                damage.position(),
                damage.endPosition(),
                damage.endPosition() - damage.position(),
                damage.reason(),
                damage.nextOffset().isPresent()
                        ? "goes on at offset " + damage.nextOffset().getAsLong()
                        : "nothing behind it in this file");
    }

    @Override
    public void misplaced(Misplaced misplaced) throws IOException {
        print(
                "%14d  %s: %s does not begin where the segment before it ends%n",
                misplaced.expectedOffset(),
                misplaced.segment().baseOffset() < misplaced.expectedOffset()
                        ? "OVERLAP, PASSED OVER"
                        : "LOST",
                misplaced.segment().name());
    }

    @Override
    public void segment(SegmentReport report) throws IOException {
        if (!headed) {
            headed = true;
            print(
                    SEGMENT_ROW,
                    "SEGMENT",
                    "BASE OFFSET",
                    "END OFFSET",
                    "EPOCH",
                    "FIRST APPENDED",
                    "LAST APPENDED",
                    "BYTES",
                    "BATCHES",
                    "RECORDS",
                    "DAMAGED BYTES");
        }
        SegmentSummary summary = report.summary();
        boolean empty = summary.entries() == 0;
        print(
                SEGMENT_ROW,
                report.segment().name(),
                report.segment().baseOffset(),
                summary.endOffset(),
                empty ? "-" : summary.lastEpoch(),
                empty ? "-" : time(summary.firstAppendTimeMs()),
                empty ? "-" : time(summary.maxAppendTimeMs()),
                report.segment().bytes(),
                summary.entries(),
                report.records(),
                report.damagedBytes());
    }

    @Override
    public void finding(Finding finding) throws IOException {
        print("%s: %s: %s%n", finding.severity(), finding.file(), finding.what());
    }

    @Override
    public void verdict(VerifyReport report) throws IOException {
        print(
                "%s: %s, %s, %d segments, %d records%n",
                report.isSound() ? "SOUND" : "NOT SOUND",
                report.partition().directoryName(),
                report.logStartOffset() >= report.logEndOffset()
                        ? "empty at offset " + report.logEndOffset()
                        : "offsets %d to %d"
                                .formatted(report.logStartOffset(), report.logEndOffset() - 1),
                report.segments().size(),
                report.segments().stream().mapToLong(SegmentReport::records).sum());
    }

    private static String time(long ms) {
        return TIME.format(Instant.ofEpochMilli(ms));
    }

    @Override
    public void close() throws IOException {
        out.flush();
    }
}
