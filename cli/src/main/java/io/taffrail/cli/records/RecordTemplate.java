// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.client.ConsumerRecord;
import io.taffrail.model.batch.RecordHeader;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A line for each record, with fields in braces, such as {@code {offset} {key}: {value}}. A brace
 * itself is written twice; {@code \n}, {@code \t}, {@code \r}, {@code \\} and {@code \0} mean what
 * they do in C. Key and value are written as they are, or in base64.
 */
final class RecordTemplate implements RecordFormat {
    /** The fields and what they are, in the order of the help. */
    static final String FIELDS =
            "topic, partition, offset, epoch, timestamp, time, append-timestamp, key, value,"
                    + " headers, key:base64, value:base64";

    private static final Map<String, Function<ConsumerRecord, byte[]>> PARTS =
            Map.ofEntries(
                    Map.entry("topic", text(ConsumerRecord::topic)),
                    Map.entry("partition", text(ConsumerRecord::partition)),
                    Map.entry("offset", text(ConsumerRecord::offset)),
                    Map.entry("epoch", text(ConsumerRecord::leaderEpoch)),
                    Map.entry("timestamp", text(ConsumerRecord::timestampMs)),
                    Map.entry("time", text(r -> Instant.ofEpochMilli(r.timestampMs()))),
                    Map.entry("append-timestamp", text(ConsumerRecord::appendTimeMs)),
                    Map.entry("key", record -> orEmpty(record.key())),
                    Map.entry("value", record -> orEmpty(record.value())),
                    Map.entry("headers", RecordTemplate::headers),
                    Map.entry("key:base64", r -> Base64.getEncoder().encode(orEmpty(r.key()))),
                    Map.entry("value:base64", r -> Base64.getEncoder().encode(orEmpty(r.value()))));

    private final List<Function<ConsumerRecord, byte[]>> parts;

    private RecordTemplate(List<Function<ConsumerRecord, byte[]>> parts) {
        this.parts = parts;
    }

    private static Function<ConsumerRecord, byte[]> text(Function<ConsumerRecord, Object> field) {
        return record -> field.apply(record).toString().getBytes(UTF_8);
    }

    private static byte[] orEmpty(byte[] bytes) {
        return bytes == null ? new byte[0] : bytes;
    }

    private static byte[] headers(ConsumerRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (RecordHeader header : record.headers()) {
            if (out.size() > 0) {
                out.write(',');
            }
            out.writeBytes((header.key() + "=").getBytes(UTF_8));
            ByteBuffer value = header.value();
            byte[] bytes = new byte[value.remaining()];
            value.get(bytes);
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    static RecordTemplate parse(String template) {
        List<Function<ConsumerRecord, byte[]>> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            boolean doubled = template.startsWith(String.valueOf(c).repeat(2), at);
            if ((c == '{' || c == '}') && doubled) {
                literal.append(c);
                at += 2;
            } else if (c == '{') {
                int end = template.indexOf('}', at);
                parts.add(constant(literal));
                parts.add(field(template, at, end));
                at = end + 1;
            } else if (c == '}') {
                throw new IllegalArgumentException("a '}' without '{': write '}}' for a brace");
            } else if (c == '\\') {
                literal.append(escaped(template, at + 1));
                at += 2;
            } else {
                literal.append(c);
                at++;
            }
        }
        parts.add(constant(literal.append('\n')));
        return new RecordTemplate(List.copyOf(parts));
    }

    private static Function<ConsumerRecord, byte[]> constant(StringBuilder literal) {
        byte[] bytes = literal.toString().getBytes(UTF_8);
        literal.setLength(0);
        return record -> bytes;
    }

    private static Function<ConsumerRecord, byte[]> field(String template, int at, int end) {
        if (end < 0) {
            throw new IllegalArgumentException("a '{' without '}': write '{{' for a brace");
        }
        String name = template.substring(at + 1, end);
        Function<ConsumerRecord, byte[]> part = PARTS.get(name);
        if (part == null) {
            throw new IllegalArgumentException("{" + name + "} is none of " + FIELDS);
        }
        return part;
    }

    private static char escaped(String template, int at) {
        char c = at < template.length() ? template.charAt(at) : ' ';
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '0' -> '\0';
            case '\\' -> '\\';
            default -> throw new IllegalArgumentException("a '\\' before none of n, t, r, 0, \\");
        };
    }

    @Override
    public Sink to(OutputStream out) {
        return record -> {
            for (Function<ConsumerRecord, byte[]> part : parts) {
                out.write(part.apply(record));
            }
        };
    }
}
