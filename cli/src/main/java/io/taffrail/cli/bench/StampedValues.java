// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import java.nio.ByteBuffer;

/** Values that begin with the number of this run and the time when they were to be sent. */
final class StampedValues {
    static final int STAMP_BYTES = 2 * Long.BYTES;

    private final long run;
    private final Payloads payloads;

    /**
     * @param bytes at least {@link #STAMP_BYTES}
     */
    StampedValues(long run, int bytes) {
        this.run = run;
        this.payloads = new Payloads(bytes);
    }

    /** {@code dueNanos} is of {@link System#nanoTime}. */
    byte[] value(long number, long dueNanos) {
        byte[] value = payloads.value(number).clone();
        ByteBuffer.wrap(value).putLong(run).putLong(dueNanos);
        return value;
    }
}
