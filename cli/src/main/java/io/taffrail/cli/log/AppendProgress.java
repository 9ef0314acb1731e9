// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.cli.Streams;
import java.time.Duration;

/** A line on a terminal that shows how far an append has come; nothing anywhere else. */
final class AppendProgress {
    private static final long EVERY_NANOS = Duration.ofMillis(200).toNanos();
    private static final String ERASE_LINE = "\r\u001b[K";

    private final Streams streams;
    private final long startedNanos = System.nanoTime();
    private long shownNanos = startedNanos;
    private boolean shown;

    AppendProgress(Streams streams) {
        this.streams = streams;
    }

    /** {@code durable} is what will not be lost any more. */
    void show(AppendTally durable) {
        long now = System.nanoTime();
        if (!streams.terminal() || now - shownNanos < EVERY_NANOS) {
            return;
        }
        shownNanos = now;
        shown = true;
        streams.err().print(ERASE_LINE + durable.progress(now - startedNanos));
        streams.err().flush();
    }

    /** Leaves the terminal as it was. */
    void end() {
        if (shown) {
            streams.err().print(ERASE_LINE);
        }
    }

    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }
}
