// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.util.Arrays;
import java.util.Random;

/** Changes bytes the way that finds bugs in parsers: little, and towards values that matter. */
final class Mutations {
    private static final byte[] TELLING = {
        0x00,
        0x01,
        0x02,
        0x0A,
        0x12,
        0x1A,
        0x20,
        0x28,
        0x30,
        0x0B,
        0x7F,
        (byte) 0x80,
        (byte) 0xC3,
        -1
    };

    private Mutations() {}

    static byte[] mutate(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        for (int n = random.nextInt(3); n >= 0; n--) {
            mutated = mutateOnce(mutated, random);
        }
        return mutated;
    }

    static byte[] random(int maxBytes, Random random) {
        byte[] bytes = new byte[random.nextInt(maxBytes + 1)];
        for (int n = 0; n < bytes.length; n++) {
            bytes[n] = anyByte(random);
        }
        return bytes;
    }

    private static byte[] mutateOnce(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return random(4, random);
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = anyByte(random);
            case 2 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 3 -> {
                return splice(bytes, at, 0, random(4, random));
            }
            case 4 -> {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
                return splice(bytes, at, length, new byte[0]);
            }
            default -> {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
                int to = random.nextInt(bytes.length);
                return splice(bytes, to, 0, Arrays.copyOfRange(bytes, at, at + length));
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, int removed, byte[] inserted) {
        byte[] spliced = new byte[bytes.length - removed + inserted.length];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(inserted, 0, spliced, at, inserted.length);
        int rest = at + removed;
        System.arraycopy(bytes, rest, spliced, at + inserted.length, bytes.length - rest);
        return spliced;
    }

    private static byte anyByte(Random random) {
        return random.nextBoolean()
                ? TELLING[random.nextInt(TELLING.length)]
                : (byte) random.nextInt(256);
    }
}
