// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.cli.JsonLines;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Single fields in protobuf's JSON. */
final class ProtoJson {
    private ProtoJson() {}

    /** Writes a message's fields. */
    interface Message<T> {
        void write(JsonGenerator json, T value) throws IOException;
    }

    static <T> void message(JsonGenerator json, String name, T value, Message<T> fields)
            throws IOException {
        json.writeObjectFieldStart(name);
        fields.write(json, value);
        json.writeEndObject();
    }

    static <T> void messages(JsonGenerator json, String name, List<T> values, Message<T> fields)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (T value : values) {
            json.writeStartObject();
            fields.write(json, value);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void int32s(JsonGenerator json, String name, List<Integer> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (int value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    static void optional(JsonGenerator json, String name, OptionalInt value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsInt());
        }
    }

    static void optional(JsonGenerator json, String name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            JsonLines.int64(json, name, value.getAsLong());
        }
    }

    /** A constant by the name that it has in the {@code .proto} file, with its prefix. */
    static void constant(JsonGenerator json, String name, String prefix, Enum<?> value)
            throws IOException {
        String constant = value.name().equals("UNKNOWN") ? "UNSPECIFIED" : value.name();
        json.writeStringField(name, prefix + constant);
    }

    /** As a {@code google.protobuf.Duration}: seconds with 3 digits behind the point, or none. */
    static void duration(JsonGenerator json, String name, Duration value) throws IOException {
        long ms = value.toMillis();
        json.writeStringField(
                name,
                ms % 1000 == 0 ? ms / 1000 + "s" : "%d.%03ds".formatted(ms / 1000, ms % 1000));
    }
}
