// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static io.taffrail.cli.JsonLines.int64;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.cli.JsonLines;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.model.batch.RecordHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The message {@code ConsumedRecord} with its topic and partition: bytes are in base64. */
final class JsonFormat implements RecordFormat {
    @Override
    public Sink to(OutputStream out) throws IOException {
        JsonLines lines = new JsonLines(out);
        return record -> {
            lines.line(json -> fields(json, record));
            lines.drain();
        };
    }

    private static void fields(JsonGenerator json, ConsumerRecord record) throws IOException {
        json.writeStringField("topic", record.topic());
        json.writeNumberField("partition", record.partition());
        int64(json, "offset", record.offset());
        json.writeNumberField("leaderEpoch", record.leaderEpoch());
        int64(json, "timestampMs", record.timestampMs());
        int64(json, "appendTimeMs", record.appendTimeMs());
        if (record.key() != null) {
            json.writeBinaryField("key", record.key());
        }
        if (record.value() != null) {
            json.writeBinaryField("value", record.value());
        }
        json.writeArrayFieldStart("headers");
        for (RecordHeader header : record.headers()) {
            ByteBuffer value = header.value();
            byte[] bytes = new byte[value.remaining()];
            value.get(bytes);
            json.writeStartObject();
            json.writeStringField("key", header.key());
            json.writeBinaryField("value", bytes);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
