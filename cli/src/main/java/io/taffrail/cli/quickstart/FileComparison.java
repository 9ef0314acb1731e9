// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Compares what is written to it with the lines of a file. A last line of the file without a
 * newline is taken as if it had one.
 */
final class FileComparison extends OutputStream {
    private final InputStream expected;
    private long written;
    private int last = '\n';
    private long firstDifference = -1;

    FileComparison(Path file) throws IOException {
        expected = new BufferedInputStream(Files.newInputStream(file), 64 << 10);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (firstDifference < 0) {
            byte[] wanted = nextOfFile(length);
            int same = Arrays.mismatch(wanted, 0, wanted.length, bytes, offset, offset + length);
            firstDifference = same < 0 ? -1 : written + same;
        }
        written += length;
    }

    private byte[] nextOfFile(int length) throws IOException {
        byte[] wanted = expected.readNBytes(length);
        if (wanted.length > 0) {
            last = wanted[wanted.length - 1];
        }
        if (wanted.length < length && last != '\n') {
            wanted = Arrays.copyOf(wanted, wanted.length + 1);
            wanted[wanted.length - 1] = '\n';
            last = '\n';
        }
        return wanted;
    }

    /** What differs, once all is written; empty: nothing. */
    Optional<String> difference() throws IOException {
        if (firstDifference >= 0) {
            return Optional.of("they part at byte " + firstDifference);
        }
        return expected.read() < 0
                ? Optional.empty()
                : Optional.of("it ends after " + written + " bytes, before the file does");
    }

    @Override
    public void close() throws IOException {
        expected.close();
    }
}
