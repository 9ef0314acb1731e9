// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import java.time.Duration;
import java.util.function.LongFunction;

/** A line on a terminal that shows how far long work has come; nothing anywhere else. */
public final class ProgressLine {
    private static final long EVERY_NANOS = Duration.ofMillis(200).toNanos();
    private static final String ERASE_LINE = "\r\u001b[K";

    private final Streams streams;
    private final long startedNanos = System.nanoTime();
    private long shownNanos = startedNanos;
    private boolean shown;

    /** Begins to measure the time. */
    public ProgressLine(Streams streams) {
        this.streams = streams;
    }

    /**
     * Shows what {@code text} makes of the nanoseconds since the start; not more often than helps.
     */
    public void show(LongFunction<String> text) {
        long now = System.nanoTime();
        if (!streams.terminal() || now - shownNanos < EVERY_NANOS) {
            return;
        }
        shownNanos = now;
        shown = true;
        streams.err().print(ERASE_LINE + text.apply(now - startedNanos));
        streams.err().flush();
    }

    /** Leaves the terminal as it was. */
    public void end() {
        if (shown) {
            shown = false;
            streams.err().print(ERASE_LINE);
            streams.err().flush();
        }
    }

    public long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }
}
