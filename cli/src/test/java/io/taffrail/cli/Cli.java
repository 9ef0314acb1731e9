// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

/** The program inside the test's process, with its streams in memory. */
public final class Cli {
    private Cli() {}

    /** What came of a run. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Result(int exitCode, byte[] output, String err) {
        public String out() {
            return new String(output, UTF_8);
        }

        public List<String> lines() {
            return out().lines().toList();
        }
    }

    public static Result run(Object... args) {
        return run(new byte[0], args);
    }

    public static Result run(byte[] in, Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Result rest = runInto(out, in, args);
        return new Result(rest.exitCode, out.toByteArray(), rest.err);
    }

    /** With a stdout of the test's own. */
    public static Result runInto(OutputStream out, byte[] in, Object... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                Main.run(
                        Streams.of(
                                new ByteArrayInputStream(in),
                                out,
                                new PrintStream(err, true, UTF_8),
                                false),
                        Stream.of(args).map(Object::toString).toArray(String[]::new));
        return new Result(exitCode, new byte[0], err.toString(UTF_8));
    }
}
