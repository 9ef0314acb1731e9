// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Where data goes. Tells a reader who has left, as {@code head} does, from a write that failed. */
public final class StandardOutput extends OutputStream {
    private final OutputStream target;

    StandardOutput(OutputStream target) {
        this.target = target;
    }

    /** The reader of the output has seen enough. */
    public static final class ReaderGoneException extends IOException {
        private static final long serialVersionUID = 1;

        ReaderGoneException(IOException cause) {
            super("nobody reads the output any more", cause);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            target.write(bytes, offset, length);
        } catch (IOException e) {
            throw String.valueOf(e.getMessage()).contains("Broken pipe")
                    ? new ReaderGoneException(e)
                    : new CommandFailedException("cannot write to stdout: " + e.getMessage(), e);
        }
    }

    @Override
    public void flush() throws IOException {
        target.flush();
    }
}
