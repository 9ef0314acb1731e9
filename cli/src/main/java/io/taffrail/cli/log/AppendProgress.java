// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.cli.ProgressLine;
import io.taffrail.cli.Streams;

/** Shows on a terminal how far an append has come. */
final class AppendProgress {
    private final ProgressLine line;

    AppendProgress(Streams streams) {
        line = new ProgressLine(streams);
    }

    /** {@code durable} is what will not be lost any more. */
    void show(AppendTally durable) {
        line.show(durable::progress);
    }

    /** Leaves the terminal as it was. */
    void end() {
        line.end();
    }

    long elapsedNanos() {
        return line.elapsedNanos();
    }
}
