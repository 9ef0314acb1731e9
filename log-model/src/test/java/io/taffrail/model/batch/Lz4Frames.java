// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import net.jpountz.xxhash.XXHashFactory;

/**
 * LZ4 frames of linked blocks: those of {@code lz4-linked-frames.json}, which Python's lz4 wrote,
 * and those put together by hand, as no compressor would.
 */
final class Lz4Frames {
    static final int BLOCKS_OF_64_KIB = 0x40;
    static final int BLOCKS_OF_4_MIB = 0x70;

    // FLG
    static final int LINKED = 0x40;
    static final int INDEPENDENT = 0x20;
    static final int BLOCK_CHECKSUM = 0x10;
    static final int CONTENT_SIZE = 0x08;
    static final int CONTENT_CHECKSUM = 0x04;
    static final int DICTIONARY_ID = 0x01;

    private static final int MAGIC = 0x184D2204;
    private static final int STORED = 1 << 31;

    private static final List<Linked> LINKED_FRAMES = read();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A frame whose {@code payload} is one record. */
    record Linked(String name, ByteBuffer frame, ByteBuffer payload, int blocks) {
        int flags() {
            return frame.get(Integer.BYTES);
        }

        /** Where its first block's header stands. */
        int firstBlock() {
            return Integer.BYTES + 2 + ((flags() & CONTENT_SIZE) == 0 ? 0 : Long.BYTES) + 1;
        }

        int intAt(int at) {
            return RecordBatchLayout.getInt(frame, at);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Linked> linked() {
        return LINKED_FRAMES;
    }

    /** The frames that a test of many tries can afford. */
    static List<Linked> linkedAndSmall() {
        return LINKED_FRAMES.stream()
                .filter(frame -> frame.payload().remaining() < 250_000)
                .toList();
    }

    static Lz4Frames begin(int flags, int blockDescriptor, byte... more) {
        Lz4Frames frame = new Lz4Frames();
        frame.putInt(MAGIC);
        byte[] descriptor = new byte[2 + more.length];
        descriptor[0] = (byte) flags;
        descriptor[1] = (byte) blockDescriptor;
        System.arraycopy(more, 0, descriptor, 2, more.length);
        frame.out.writeBytes(descriptor);
        int hash = XXHashFactory.safeInstance().hash32().hash(descriptor, 0, descriptor.length, 0);
        frame.out.write(hash >>> 8);
        return frame;
    }

    Lz4Frames compressed(byte... block) {
        putInt(block.length);
        out.writeBytes(block);
        return this;
    }

    Lz4Frames stored(byte... block) {
        putInt(block.length | STORED);
        out.writeBytes(block);
        return this;
    }

    ByteBuffer end() {
        putInt(0);
        return ByteBuffer.wrap(out.toByteArray());
    }

    private void putInt(int value) {
        out.writeBytes(littleEndian(Integer.BYTES).putInt(value).array());
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<Linked> read() {
        try (InputStream in = Lz4Frames.class.getResourceAsStream("/lz4-linked-frames.json")) {
            JsonNode root = new ObjectMapper().readTree(in);
            String lineText = root.get("line_text").asText();
            List<Linked> linked = new ArrayList<>();
            for (JsonNode json : root.get("frames")) {
                int bytes = json.get("value_bytes").asInt();
                byte[] value = lines(lineText, json.get("lines_per_number").asInt(), bytes);
                ByteBuffer payload =
                        new RecordBatchBuilder(Compression.NONE)
                                .append(0, null, value, List.of())
                                .build()
                                .records();
                linked.add(
                        new Linked(
                                json.get("name").asText(),
                                ByteBuffer.wrap(
                                        Base64.getDecoder()
                                                .decode(json.get("frame_base64").asText())),
                                payload,
                                json.get("blocks").asInt()));
            }
            return linked;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] lines(String text, int perNumber, int bytes) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int line = 0; lines.size() < bytes; line++) {
            lines.writeBytes(Entries.bytes(String.format("%06d %s\n", line / perNumber, text)));
        }
        return Arrays.copyOf(lines.toByteArray(), bytes);
    }
}
