// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.nio.ByteBuffer;

/**
 * One header of a record. A header without a value and one with an empty value are the same.
 *
 * @param value read-only; each call of {@link #value()} gives a view with a position of its own
 */
public record RecordHeader(String key, ByteBuffer value) {
    public RecordHeader {
        value = value.asReadOnlyBuffer();
    }

    public static RecordHeader of(String key, byte[] value) {
        return new RecordHeader(key, ByteBuffer.wrap(value));
    }

    @Override
    public ByteBuffer value() {
        return value.duplicate();
    }
}
