// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Streams;
import java.io.IOException;
import java.util.Locale;

/** Says what is being done, and what came of it after how long. */
final class Narration {
    private final Streams streams;

    Narration(Streams streams) {
        this.streams = streams;
    }

    /** A step; gives what came of it, for people. */
    interface Step {
        String take() throws IOException, InterruptedException;
    }

    void step(String what, Step step) throws IOException, InterruptedException {
        long started = System.nanoTime();
        say(what + " ... ");
        String result;
        try {
            result = step.take();
        } catch (IOException | RuntimeException e) {
            say("failed\n");
            throw e;
        }
        say(
                String.format(
                        Locale.ROOT, "%s, %.2f s%n", result, (System.nanoTime() - started) / 1e9));
    }

    void say(String text) throws IOException {
        streams.out().write(text.getBytes(UTF_8));
    }

    Streams streams() {
        return streams;
    }
}
