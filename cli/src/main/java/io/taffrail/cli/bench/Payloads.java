// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import java.util.SplittableRandom;

/**
 * Values of random letters, always the same ones: a few, in turn, so that making them costs
 * nothing.
 */
final class Payloads {
    private static final int COUNT = 512;

    private final byte[][] values = new byte[COUNT][];

    Payloads(int bytes) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < COUNT; i++) {
            values[i] = new byte[bytes];
            for (int at = 0; at < bytes; at++) {
                values[i][at] = (byte) ('A' + random.nextInt(26));
            }
        }
    }

    /** Not to be written to. */
    byte[] value(long number) {
        return values[(int) (number % COUNT)];
    }
}
