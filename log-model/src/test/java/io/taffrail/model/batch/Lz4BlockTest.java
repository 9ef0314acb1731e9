// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single blocks, which the library can read as well: both take and refuse the same. */
class Lz4BlockTest {
    private static final int TRIES = 3_000;
    private static final List<LZ4Compressor> COMPRESSORS =
            List.of(
                    LZ4Factory.fastestInstance().fastCompressor(),
                    LZ4Factory.fastestInstance().highCompressor(12),
                    LZ4Factory.safeInstance().fastCompressor());

    /** liblz4 itself, where there is one for this machine. */
    private static final LZ4SafeDecompressor LIBRARY =
            LZ4Factory.fastestInstance().safeDecompressor();

    @Test
    void decodesWhatTheLibraryEncoded() {
        Random random = new Random(1);
        for (int n = 0; n < TRIES; n++) {
            byte[] plain = plain(random, 1 << random.nextInt(17));
            assertThat(decode(compress(plain, random), plain.length))
                    .hasValueSatisfying(b -> assertThat(b).isEqualTo(plain));
        }
    }

    @Test
    void takesAndRefusesWhatTheLibraryDoes() {
        Random random = new Random(2);
        int taken = 0;
        for (int n = 0; n < 20 * TRIES; n++) {
            byte[] plain = plain(random, 1 << random.nextInt(9));
            byte[] block = Mutations.mutate(compress(plain, random), random);
            int room = plain.length + 1 + random.nextInt(100);
            Optional<byte[]> decoded = decode(block, room);
            if (decoded.isPresent()) {
                taken++;
                assertThat(library(block, room))
                        .hasValueSatisfying(b -> assertThat(b).isEqualTo(decoded.get()));
            } else if (library(block, room).isPresent()) {
                assertThat(hasOffset0(block)).isTrue();
            }
        }
        assertThat(taken).isBetween(TRIES, 19 * TRIES);
    }

    /** Whatever stands before a block is left as it is, and whatever stands behind its room. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000})
    void writesOnlyIntoItsRoom(int before) {
        Random random = new Random(3);
        for (int n = 0; n < TRIES; n++) {
            byte[] block = Mutations.mutate(compress(plain(random, 300), random), random);
            byte[] out = new byte[before + 400 + 50];
            random.nextBytes(out);
            byte[] expected = out.clone();
            try {
                Lz4Block.decode(ByteBuffer.wrap(block), out, before, 400);
            } catch (CorruptRecordsException e) {
                assertThat(e.fault().message()).contains("malformed");
            }
            System.arraycopy(out, before, expected, before, 400);
            assertThat(Arrays.equals(out, expected)).isTrue();
        }
    }

    private static Optional<byte[]> decode(byte[] block, int room) {
        byte[] out = new byte[room];
        try {
            return Optional.of(
                    Arrays.copyOf(out, Lz4Block.decode(ByteBuffer.wrap(block), out, 0, room)));
        } catch (CorruptRecordsException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> library(byte[] block, int room) {
        try {
            return Optional.of(LIBRARY.decompress(block, 0, block.length, room));
        } catch (LZ4Exception e) {
            return Optional.empty();
        }
    }

    /** What the format forbids and liblz4 takes; walks as a decoder does. */
    private static boolean hasOffset0(byte[] block) {
        int at = 0;
        while (true) {
            int token = block[at++] & 0xFF;
            int literals = token >>> 4;
            if (literals == 15) {
                for (; block[at] == -1; at++) {
                    literals += 255;
                }
                literals += block[at++] & 0xFF;
            }
            at += literals;
            if (at >= block.length) {
                return false;
            }
            if (block[at] == 0 && block[at + 1] == 0) {
                return true;
            }
            at += 2;
            if ((token & 15) == 15) {
                while (block[at++] == -1) {}
            }
        }
    }

    private static byte[] compress(byte[] plain, Random random) {
        return COMPRESSORS.get(random.nextInt(COMPRESSORS.size())).compress(plain);
    }

    /** Runs, repetitions and noise, as it comes. */
    private static byte[] plain(Random random, int mostBytes) {
        byte[] plain = new byte[random.nextInt(mostBytes + 1)];
        int at = 0;
        while (at < plain.length) {
            int length = Math.min(1 + random.nextInt(1 << random.nextInt(12)), plain.length - at);
            if (at > 0 && random.nextInt(4) > 0) {
                int from = random.nextInt(at);
                for (int n = 0; n < length; n++) {
                    plain[at + n] = plain[from + n];
                }
            } else {
                for (int n = 0; n < length; n++) {
                    plain[at + n] = (byte) random.nextInt(256);
                }
            }
            at += length;
        }
        return plain;
    }
}
