// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

/**
 * CRC-32C (Castagnoli) over a few words held in registers. {@link java.util.zip.CRC32C} is faster
 * for long runs of bytes, but wants them in one array or buffer: to check 53 bytes that come from
 * three places it would need a copy each time. Sliced by 8 (Kounavis and Berry, 2005).
 */
final class ShortCrc32c {
    static final int START = -1;

    private static final int POLYNOMIAL = 0x82F63B78; // of RFC 3720, with its bits reversed
    private static final int[][] TABLES = tables();

    // By name: the compiler then knows that each is a constant.
    private static final int[] T0 = TABLES[0];
    private static final int[] T1 = TABLES[1];
    private static final int[] T2 = TABLES[2];
    private static final int[] T3 = TABLES[3];
    private static final int[] T4 = TABLES[4];
    private static final int[] T5 = TABLES[5];
    private static final int[] T6 = TABLES[6];
    private static final int[] T7 = TABLES[7];

    private ShortCrc32c() {}

    /** Takes in 8 bytes, the lowest of {@code word} first. */
    static int update(int crc, long word) {
        int low = (int) word ^ crc;
        int high = (int) (word >>> 32);
        return T7[low & 0xFF]
                ^ T6[low >>> 8 & 0xFF]
                ^ T5[low >>> 16 & 0xFF]
                ^ T4[low >>> 24]
                ^ T3[high & 0xFF]
                ^ T2[high >>> 8 & 0xFF]
                ^ T1[high >>> 16 & 0xFF]
                ^ T0[high >>> 24];
    }

    /** Takes in 4 bytes, the lowest of {@code word} first. */
    static int update(int crc, int word) {
        int x = word ^ crc;
        return T3[x & 0xFF] ^ T2[x >>> 8 & 0xFF] ^ T1[x >>> 16 & 0xFF] ^ T0[x >>> 24];
    }

    static int update(int crc, byte one) {
        return T0[(crc ^ one) & 0xFF] ^ crc >>> 8;
    }

    static int finish(int crc) {
        return ~crc;
    }

    private static int[][] tables() {
        int[][] tables = new int[8][256];
        for (int n = 0; n < 256; n++) {
            int crc = n;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            tables[0][n] = crc;
        }
        for (int n = 0; n < 256; n++) {
            for (int k = 1; k < 8; k++) {
                int before = tables[k - 1][n];
                tables[k][n] = before >>> 8 ^ tables[0][before & 0xFF];
            }
        }
        return tables;
    }
}
