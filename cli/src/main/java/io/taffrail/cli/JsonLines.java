// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * JSON for programs: one object a line. As in the JSON form of protobuf, numbers of 64 bits are
 * strings, because many parsers would round them; names are those of the {@code .proto} files.
 */
public final class JsonLines implements Closeable {
    private static final JsonFactory JSON = new JsonFactory();

    private final OutputStream out;
    private final JsonGenerator json;

    /** A writer to {@code out}, which it buffers. */
    public JsonLines(OutputStream out) throws IOException {
        this.out = out;
        this.json = JSON.createGenerator(out);
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        json.setRootValueSeparator(null);
    }

    /** Writes the fields of an object. */
    public interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /** Writes a line. */
    public void line(Fields fields) throws IOException {
        json.writeStartObject();
        fields.writeTo(json);
        json.writeEndObject();
        json.writeRaw('\n');
    }

    /** A number of 64 bits. */
    public static void int64(JsonGenerator json, String name, long value) throws IOException {
        json.writeStringField(name, Long.toString(value));
    }

    /** Hands what is buffered to the stream, which may buffer it further. */
    public void drain() throws IOException {
        json.flush();
    }

    /** Writes what is buffered; leaves the stream open. */
    @Override
    public void close() throws IOException {
        json.flush();
        out.flush();
    }
}
