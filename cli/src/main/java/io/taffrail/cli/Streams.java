// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * What a command reads and writes.
 *
 * @param out for data; not buffered, and says so when nobody reads it any more ({@link
 *     StandardOutput})
 * @param err for messages
 * @param terminal whether a person is looking at {@code err}
 */
public record Streams(InputStream in, StandardOutput out, PrintStream err, boolean terminal) {
    public static Streams of(InputStream in, OutputStream out, PrintStream err, boolean terminal) {
        return new Streams(in, new StandardOutput(out), err, terminal);
    }

    /** Those of the process. {@link System#out} would hide that its reader has gone. */
    static Streams ofProcess() {
        return of(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                System.err,
                Boolean.getBoolean("taffrail.terminal"));
    }
}
