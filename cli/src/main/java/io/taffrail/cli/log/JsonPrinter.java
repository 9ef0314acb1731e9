// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static io.taffrail.cli.JsonLines.int64;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.cli.JsonLines;
import io.taffrail.logstore.inspect.Finding;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.inspect.LogStep.Misplaced;
import io.taffrail.logstore.inspect.SegmentReport;
import io.taffrail.logstore.inspect.VerifyReport;
import io.taffrail.logstore.segment.SegmentSummary;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * One object a line. A batch has the fields of the message {@code RecordBatch}, with {@code
 * segment}, {@code position} and {@code entry_bytes} for where it is stored; its {@code records}
 * are those of {@code Records}, decoded. Everything else has one field that says what it is: {@code
 * damage}, {@code misplaced}, {@code segment_summary}, {@code finding}, {@code verdict}.
 */
final class JsonPrinter implements LogPrinter {
    private final JsonLines lines;
    private final boolean records;

    /**
     * A printer to {@code out}, which it buffers.
     *
     * @param records whether to show those of each batch
     */
    JsonPrinter(OutputStream out, boolean records) throws IOException {
        this.lines = new JsonLines(out);
        this.records = records;
    }

    @Override
    public void entry(Entry entry) throws IOException {
        lines.line(
                json -> {
                    writeStamp(json, entry.buffer(), entry.at());
                    writeBody(json, entry);
                    json.writeStringField("segment", entry.segment().name());
                    int64(json, "position", entry.position());
                    json.writeNumberField("entry_bytes", entry.bytes());
                    if (records) {
                        writeRecords(json, entry);
                    }
                });
    }

    private static void writeStamp(JsonGenerator json, ByteBuffer b, int at) throws IOException {
        int64(json, "base_offset", RecordBatchLayout.baseOffset(b, at));
        json.writeNumberField("leader_epoch", RecordBatchLayout.leaderEpoch(b, at));
        int64(json, "append_time_ms", RecordBatchLayout.appendTimeMs(b, at));
        writeUnsigned(json, "crc32c", RecordBatchLayout.crc32c(b, at));
        writeUnsigned(json, "placement_crc32c", RecordBatchLayout.placementCrc32c(b, at));
    }

    private static void writeUnsigned(JsonGenerator json, String name, int value)
            throws IOException {
        json.writeNumberField(name, Integer.toUnsignedLong(value));
    }

    private static void writeBody(JsonGenerator json, Entry entry) throws IOException {
        ByteBuffer b = entry.buffer();
        int at = entry.at();
        json.writeStringField("compression", "COMPRESSION_" + EntryRecords.compression(entry));
        json.writeNumberField("flags", RecordBatchLayout.flags(b, at));
        json.writeNumberField("last_offset_delta", RecordBatchLayout.lastOffsetDelta(b, at));
        json.writeNumberField("record_count", RecordBatchLayout.recordCount(b, at));
        int64(json, "base_timestamp_ms", RecordBatchLayout.baseTimestampMs(b, at));
        int64(json, "max_timestamp_ms", RecordBatchLayout.maxTimestampMs(b, at));
        int64(json, "producer_id", RecordBatchLayout.producerId(b, at));
        json.writeNumberField("producer_epoch", RecordBatchLayout.producerEpoch(b, at));
        json.writeNumberField("base_sequence", RecordBatchLayout.baseSequence(b, at));
    }

    private static void writeRecords(JsonGenerator json, Entry entry) throws IOException {
        json.writeArrayFieldStart("records");
        RecordCursor record = EntryRecords.of(entry);
        while (record.next()) {
            json.writeStartObject();
            JsonRecordWriter.writeContents(json, record);
            int64(json, "timestamp_delta_ms", record.timestampDeltaMs());
            json.writeNumberField("offset_delta", record.offsetDelta());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void line(String what, JsonLines.Fields fields) throws IOException {
        lines.line(
                json -> {
                    json.writeObjectFieldStart(what);
                    fields.writeTo(json);
                    json.writeEndObject();
                });
    }

    @Override
    public void damage(Damage damage) throws IOException {
        line(
                "damage",
                json -> {
                    json.writeStringField("segment", damage.segment().name());
                    int64(json, "position", damage.position());
                    int64(json, "end_position", damage.endPosition());
                    json.writeStringField("reason", damage.reason());
                    int64(json, "expected_offset", damage.expectedOffset());
                    if (damage.nextOffset().isPresent()) {
                        int64(json, "next_offset", damage.nextOffset().getAsLong());
                    }
                });
    }

    @Override
    public void misplaced(Misplaced misplaced) throws IOException {
        line(
                "misplaced",
                json -> {
                    json.writeStringField("segment", misplaced.segment().name());
                    int64(json, "base_offset", misplaced.segment().baseOffset());
                    int64(json, "expected_offset", misplaced.expectedOffset());
                });
    }

    @Override
    public void segment(SegmentReport report) throws IOException {
        SegmentSummary summary = report.summary();
        line(
                "segment_summary",
                json -> {
                    json.writeStringField("segment", report.segment().name());
                    int64(json, "base_offset", report.segment().baseOffset());
                    int64(json, "end_offset", summary.endOffset());
                    int64(json, "bytes", report.segment().bytes());
                    int64(json, "batches", summary.entries());
                    int64(json, "records", report.records());
                    int64(json, "damaged_bytes", report.damagedBytes());
                    if (summary.entries() > 0) {
                        json.writeNumberField("last_epoch", summary.lastEpoch());
                        int64(json, "first_append_time_ms", summary.firstAppendTimeMs());
                        int64(json, "max_append_time_ms", summary.maxAppendTimeMs());
                        int64(json, "max_timestamp_ms", summary.maxTimestampMs());
                    }
                });
    }

    @Override
    public void finding(Finding finding) throws IOException {
        line(
                "finding",
                json -> {
                    json.writeStringField("severity", finding.severity().name());
                    json.writeStringField("file", finding.file());
                    json.writeStringField("what", finding.what());
                });
    }

    @Override
    public void verdict(VerifyReport report) throws IOException {
        line(
                "verdict",
                json -> {
                    json.writeBooleanField("sound", report.isSound());
                    json.writeStringField("topic", report.partition().topic());
                    json.writeStringField("topic_id", report.partition().topicId().toString());
                    json.writeNumberField("partition", report.partition().partition());
                    int64(json, "log_start_offset", report.logStartOffset());
                    int64(json, "log_end_offset", report.logEndOffset());
                    int64(json, "known_durable_end_offset", report.knownDurableEndOffset());
                });
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
