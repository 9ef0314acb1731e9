// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The entries of {@code batches.json}, which were built by hand and not with this code. */
final class Vectors {
    private static final JsonNode ROOT = read();

    private Vectors() {}

    /** An entry that is right in every bit. */
    record Good(String name, JsonNode json) {
        ByteBuffer entry() {
            return hex(json.get("entry_hex"));
        }

        ByteBuffer payload() {
            return hex(json.get("records_plain_hex"));
        }

        long header(String field) {
            return json.get("header").get(field).asLong();
        }

        List<Entries.Plain> records() {
            List<Entries.Plain> records = new ArrayList<>();
            for (JsonNode record : json.get("records")) {
                int follows =
                        records.isEmpty() ? 0 : records.get(records.size() - 1).offsetDelta() + 1;
                records.add(
                        new Entries.Plain(
                                record.path("offset_delta").asInt(follows),
                                record.get("timestamp_delta_ms").asLong(),
                                hex(record.get("key")),
                                hex(record.get("value")),
                                headers(record.get("headers"))));
            }
            return records;
        }

        /** Whether the records say their offset deltas themselves. */
        boolean isCompacted() {
            return json.get("records").path(0).has("offset_delta");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** An entry whose checksums are right, and which a broker refuses for {@code reason}. */
    record Refused(String name, String reason, ByteBuffer entry) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Good> good() {
        List<Good> good = new ArrayList<>();
        for (JsonNode json : ROOT.get("batches")) {
            good.add(new Good(json.get("name").asText(), json));
        }
        return good;
    }

    static List<Refused> refused() {
        List<Refused> refused = new ArrayList<>();
        for (JsonNode json : ROOT.get("refused")) {
            refused.add(
                    new Refused(
                            json.get("name").asText(),
                            json.get("reason").asText(),
                            hex(json.get("entry_hex"))));
        }
        return refused;
    }

    private static List<RecordHeader> headers(JsonNode json) {
        List<RecordHeader> headers = new ArrayList<>();
        for (JsonNode header : json) {
            headers.add(new RecordHeader(header.get("key").asText(), hex(header.get("value"))));
        }
        return headers;
    }

    private static ByteBuffer hex(JsonNode json) {
        return json.isNull() ? null : ByteBuffer.wrap(HexFormat.of().parseHex(json.asText()));
    }

    private static JsonNode read() {
        try (InputStream in = Vectors.class.getResourceAsStream("/batches.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
