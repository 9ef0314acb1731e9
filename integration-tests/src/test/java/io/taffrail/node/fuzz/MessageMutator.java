// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes requests that are well formed and senseless, and then damages some of their bytes. Some
 * things it spares, since there is no authentication yet and what they do is no fault: it does not
 * speak for the broker under test, names no other topic than its own, and makes few partitions.
 */
final class MessageMutator {
    private static final long[] NUMBERS = {
        1,
        2,
        3,
        5,
        100,
        10_000,
        -1,
        -2,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 40
    };
    private static final long[] PARTITION_COUNTS = {1, 2, 3, 0, -1, 1 << 30, Integer.MAX_VALUE};
    private static final int DEPTH = 5;
    private static final int PHANTOM = 7;

    private final Random random;
    private final List<String> texts;

    /**
     * For one seed.
     *
     * @param topic that exists
     */
    MessageMutator(Random random, String topic) {
        this.random = random;
        this.texts =
                List.of(
                        topic,
                        topic,
                        topic,
                        "",
                        "no-such-topic",
                        "a/b",
                        "\u0000",
                        "x".repeat(1000),
                        "retention.ms",
                        "-1",
                        "00000000-0000-0003-0000-000000000004");
    }

    /** Fields at random, each of its declared type. */
    Message random(Message prototype) {
        return fill(prototype.newBuilderForType(), 0).build();
    }

    private Message.Builder fill(Message.Builder message, int depth) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (random.nextInt(3) == 0) {
                continue;
            }
            if (field.isRepeated()) {
                int count = random.nextInt(depth == 0 ? 20 : 4);
                for (int i = 0; i < count; i++) {
                    message.addRepeatedField(field, value(message, field, depth));
                }
            } else {
                message.setField(field, value(message, field, depth));
            }
        }
        return message;
    }

    private Object value(Message.Builder parent, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case INT -> number(field).intValue();
            case LONG -> number(field);
            case FLOAT -> random.nextFloat();
            case DOUBLE -> random.nextDouble();
            case BOOLEAN -> random.nextBoolean();
            case STRING -> texts.get(random.nextInt(texts.size()));
            case BYTE_STRING -> bytes();
            case ENUM -> enumeration(field.getEnumType());
            case MESSAGE -> {
                Message.Builder child = parent.newBuilderForField(field);
                yield depth < DEPTH ? fill(child, depth + 1).build() : child.build();
            }
        };
    }

    private Long number(FieldDescriptor field) {
        String name = field.getName();
        if (name.contains("broker_id") || name.contains("node_id") || name.equals("isr")) {
            return (long) PHANTOM; // 0 would be the node itself
        }
        if (name.equals(
                "partition_count")) { // ten thousand are allowed, and take the files of many
            return PARTITION_COUNTS[random.nextInt(PARTITION_COUNTS.length)];
        }
        if (name.equals("partition") && random.nextInt(3) > 0) {
            return 0L;
        }
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private Object enumeration(EnumDescriptor type) {
        return random.nextInt(10) == 0
                ? type.findValueByNumberCreatingIfUnknown(random.nextInt())
                : type.getValues().get(random.nextInt(type.getValues().size()));
    }

    private ByteString bytes() {
        byte[] bytes = new byte[random.nextInt(5) == 0 ? random.nextInt(3000) : 16];
        random.nextBytes(bytes);
        return random.nextInt(3) == 0
                ? ByteString.copyFrom("\n\u0003\u0012\u0001v", UTF_8) // a record
                : ByteString.copyFrom(bytes);
    }

    /** Flips, cuts, repeats and inserts. */
    byte[] damage(byte[] whole) {
        byte[] bytes = whole;
        int damages = random.nextInt(4);
        for (int i = 0; i < damages && bytes.length > 0; i++) {
            bytes = damageOnce(bytes);
        }
        return bytes;
    }

    private byte[] damageOnce(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                return flipped;
            }
            case 1 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 2 -> {
                byte[] noise = bytes.clone();
                noise[at] = (byte) random.nextInt();
                return noise;
            }
            default -> {
                byte[] longer = Arrays.copyOf(bytes, bytes.length + at);
                System.arraycopy(bytes, 0, longer, bytes.length, at);
                return longer;
            }
        }
    }
}
