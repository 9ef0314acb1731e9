// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model;

/** Time as it comes in through constructors, so that a simulation can hold it. */
public interface Clock {
    /** The machine's clocks. */
    Clock SYSTEM =
            new Clock() {
                @Override
                public long wallMs() {
                    return System.currentTimeMillis();
                }

                @Override
                public long nanoTime() {
                    return System.nanoTime();
                }
            };

    /** Milliseconds since 1970-01-01T00:00Z. May step in either direction. */
    long wallMs();

    /**
     * Nanoseconds since some fixed moment, as {@link System#nanoTime}. Never steps back: for
     * durations.
     */
    long nanoTime();
}
