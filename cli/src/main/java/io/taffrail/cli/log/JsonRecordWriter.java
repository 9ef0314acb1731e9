// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.cli.JsonLines;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import io.taffrail.model.batch.RecordHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Records as the message {@code ConsumedRecord}, in JSON: bytes are in base64. */
final class JsonRecordWriter implements RecordWriter {
    private final JsonLines lines;

    JsonRecordWriter(OutputStream out) throws IOException {
        this.lines = new JsonLines(out);
    }

    @Override
    public void write(ByteBuffer entry, int at, RecordCursor record) throws IOException {
        lines.line(
                json -> {
                    JsonLines.int64(
                            json,
                            "offset",
                            RecordBatchLayout.baseOffset(entry, at) + record.offsetDelta());
                    json.writeNumberField("leader_epoch", RecordBatchLayout.leaderEpoch(entry, at));
                    JsonLines.int64(
                            json,
                            "timestamp_ms",
                            RecordBatchLayout.baseTimestampMs(entry, at)
                                    + record.timestampDeltaMs());
                    JsonLines.int64(
                            json, "append_time_ms", RecordBatchLayout.appendTimeMs(entry, at));
                    writeContents(json, record);
                });
    }

    /** Key, value and headers, each if it is there. */
    static void writeContents(JsonGenerator json, RecordCursor record) throws IOException {
        if (record.hasKey()) {
            writeBytes(json, "key", record.key());
        }
        if (record.hasValue()) {
            writeBytes(json, "value", record.value());
        }
        if (record.headerCount() == 0) {
            return;
        }
        json.writeArrayFieldStart("headers");
        for (RecordHeader header : record.headers()) {
            json.writeStartObject();
            json.writeStringField("key", header.key());
            writeBytes(json, "value", header.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeBytes(JsonGenerator json, String name, ByteBuffer bytes)
            throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        json.writeBinaryField(name, copy);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
