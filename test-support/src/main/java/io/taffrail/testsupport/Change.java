// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.util.Arrays;

/** A change to the bytes or the size of a file that no force has made durable. */
sealed interface Change {
    /** The number of the operation that made it. */
    long number();

    void applyTo(SparseBytes content);

    /** The lowest position it touches. */
    long position();

    /** Bytes written. The array is the change's own. */
    final class Write implements Change {
        private final long number;
        private final long position;
        private final byte[] bytes;

        Write(long number, long position, byte[] bytes) {
            this.number = number;
            this.position = position;
            this.bytes = bytes;
        }

        @Override
        public long number() {
            return number;
        }

        @Override
        public long position() {
            return position;
        }

        int length() {
            return bytes.length;
        }

        long end() {
            return position + bytes.length;
        }

        @Override
        public void applyTo(SparseBytes content) {
            applyTo(content, 0, bytes.length);
        }

        void applyTo(SparseBytes content, int from, int length) {
            content.write(position + from, bytes, from, length);
        }

        void flipBit(long at, int bit) {
            if (at >= position && at < end()) {
                bytes[(int) (at - position)] ^= (byte) (1 << bit);
            }
        }

        /** The same write, as far as it lies below {@code size}. */
        Write cutTo(long size) {
            if (end() <= size) {
                return this;
            }
            int kept = (int) Math.max(0, size - position);
            return new Write(number, position, Arrays.copyOf(bytes, kept));
        }
    }

    /** A file cut to a size below the one it had. */
    record Truncate(long number, long position) implements Change {
        @Override
        public void applyTo(SparseBytes content) {
            content.truncate(position);
        }
    }
}
