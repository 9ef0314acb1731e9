// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Identity of a topic, random and never reused: a topic that is deleted and created again under the
 * same name is another topic (KIP-516). 16 bytes, written in the order of the text form, which is
 * that of a UUID.
 */
public record TopicId(long mostSignificantBits, long leastSignificantBits) {
    public static final int BYTES = 16;

    /** Version 4 of RFC 9562. */
    public static TopicId random() {
        UUID uuid = UUID.randomUUID();
        return new TopicId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if {@code text} is not 8-4-4-4-12 hexadecimal digits in
     *     lower case
     */
    public static TopicId parse(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equals(text)) {
            throw new IllegalArgumentException(
                    "not a topic id (8-4-4-4-12 hexadecimal digits in lower case): " + text);
        }
        return new TopicId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /** Reads 16 bytes from the position of {@code from} and moves it on. */
    public static TopicId read(ByteBuffer from) {
        ByteOrder order = from.order();
        from.order(ByteOrder.BIG_ENDIAN);
        TopicId id = new TopicId(from.getLong(), from.getLong());
        from.order(order);
        return id;
    }

    /**
     * Writes 16 bytes at the position of {@code to} and moves it on; the order that {@code to} is
     * set to does not matter.
     */
    public void writeTo(ByteBuffer to) {
        ByteOrder order = to.order();
        to.order(ByteOrder.BIG_ENDIAN);
        to.putLong(mostSignificantBits).putLong(leastSignificantBits);
        to.order(order);
    }

    @Override
    public String toString() {
        return new UUID(mostSignificantBits, leastSignificantBits).toString();
    }
}
