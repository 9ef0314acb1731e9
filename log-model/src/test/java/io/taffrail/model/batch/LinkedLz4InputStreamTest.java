// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.taffrail.model.LogError;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LZ4 frames whose blocks refer to each other, as others than this project write them. */
class LinkedLz4InputStreamTest {
    private static final int PLENTY = 1 << 26;
    private static final int HISTORY_BYTES = 64 * 1024;

    /** 5 literals, which a block that has a match must end with. */
    private static final byte[] LAST_LITERALS = {0x50, 1, 2, 3, 4, 5};

    static List<Lz4Frames.Linked> linked() {
        return Lz4Frames.linked();
    }

    static List<Lz4Frames.Linked> linkedAndSmall() {
        return Lz4Frames.linkedAndSmall();
    }

    static List<Lz4Frames.Linked> withContentChecksum() {
        return linkedWith(Lz4Frames.CONTENT_CHECKSUM);
    }

    static List<Lz4Frames.Linked> withBlockChecksums() {
        return linkedWith(Lz4Frames.BLOCK_CHECKSUM);
    }

    private static List<Lz4Frames.Linked> linkedWith(int flag) {
        return linkedAndSmall().stream().filter(frame -> (frame.flags() & flag) != 0).toList();
    }

    @ParameterizedTest
    @MethodSource("linked")
    void readsWhatPythonWrote(Lz4Frames.Linked linked) throws Exception {
        ByteBuffer frame = linked.frame();
        assertThat(linked.blocks()).isGreaterThan(1);
        for (ByteBuffer same : List.of(frame, frame.asReadOnlyBuffer(), direct(frame))) {
            assertThat(Compression.LZ4.decompress(same, linked.payload().remaining()))
                    .isEqualTo(linked.payload());
            assertThat(same.position()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("linked")
    void validatorAcceptsWhatPythonWrote(Lz4Frames.Linked linked) {
        assertThat(validate(linked.frame(), linked.payload().remaining())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("linked")
    void boundsWhatComesOut(Lz4Frames.Linked linked) {
        ByteBuffer frame = linked.frame();
        assertThat(validate(frame, linked.payload().remaining() - 1))
                .hasValueSatisfying(
                        fault -> assertThat(fault.error()).isEqualTo(LogError.BATCH_TOO_LARGE));
    }

    @ParameterizedTest
    @MethodSource("linkedAndSmall")
    void readsInPiecesOfAnySize(Lz4Frames.Linked linked) throws Exception {
        Random random = new Random(1);
        ByteBuffer read = ByteBuffer.allocate(linked.payload().remaining());
        try (InputStream in = Compression.LZ4.decompressing(linked.frame(), PLENTY)) {
            while (read.hasRemaining()) {
                if (random.nextBoolean()) {
                    read.put((byte) in.read());
                } else {
                    read.put(in.readNBytes(1 + random.nextInt(read.remaining())));
                }
            }
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(read.flip()).isEqualTo(linked.payload());
    }

    @ParameterizedTest
    @MethodSource("linkedAndSmall")
    void refusesWhatIsCutShort(Lz4Frames.Linked linked) {
        ByteBuffer frame = linked.frame();
        for (int size = 0; size < frame.capacity(); size++) {
            assertCorrupt(frame.slice(0, size));
        }
    }

    @ParameterizedTest
    @MethodSource("linked")
    void refusesWhateverFollows(Lz4Frames.Linked linked) {
        byte[] frame = linked.frame().array();
        assertCorrupt(ByteBuffer.wrap(Arrays.copyOf(frame, frame.length + 1)));
        byte[] twice = Arrays.copyOf(frame, 2 * frame.length);
        System.arraycopy(frame, 0, twice, frame.length, frame.length);
        assertCorrupt(ByteBuffer.wrap(twice));
    }

    /** A header's checksum has 8 bits: now and then one slips through that changes nothing. */
    @ParameterizedTest
    @MethodSource("linkedAndSmall")
    void noticesFlippedBitsOfAHeader(Lz4Frames.Linked linked) {
        int slipped = 0;
        for (int at = 0; at < linked.firstBlock(); at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                slipped += refusedOrTheSame(linked, at, bit) ? 0 : 1;
            }
        }
        assertThat(slipped).isLessThan(2);
    }

    @ParameterizedTest
    @MethodSource("withContentChecksum")
    void noticesWhatChangesTheContentUnderItsChecksum(Lz4Frames.Linked linked) {
        int slipped = 0; // a block's end can be another, or its offset, and give the same
        for (int at = linked.firstBlock(); at < linked.frame().remaining(); at++) {
            slipped += refusedOrTheSame(linked, at, at % Byte.SIZE) ? 0 : 1;
        }
        assertThat(slipped).isLessThan(linked.frame().remaining() / 20);
    }

    /** Whether the frame is refused with that bit flipped; if not, the payload is what it was. */
    private static boolean refusedOrTheSame(Lz4Frames.Linked linked, int at, int bit) {
        try {
            ByteBuffer flipped = flipped(linked.frame(), at, bit);
            assertThat(Compression.LZ4.decompress(flipped, PLENTY)).isEqualTo(linked.payload());
            return false;
        } catch (CorruptRecordsException e) {
            assertThat(e.fault().error()).isEqualTo(LogError.INVALID_BATCH);
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("withBlockChecksums")
    void noticesEveryFlippedBitOfABlockUnderItsChecksum(Lz4Frames.Linked linked) {
        for (int block = linked.firstBlock(); linked.intAt(block) != 0; ) {
            int end = block + 2 * Integer.BYTES + (linked.intAt(block) & Integer.MAX_VALUE);
            for (int at = block + Integer.BYTES; at < end; at++) {
                assertCorrupt(flipped(linked.frame(), at, at % Byte.SIZE));
            }
            block = end;
        }
    }

    @Test
    void refersToTheWholeOfTheHistory() throws Exception {
        byte[] first = new byte[HISTORY_BYTES];
        new Random(2).nextBytes(first);
        byte[] second = new byte[HISTORY_BYTES];
        new Random(3).nextBytes(second);
        // The farthest match there is, once the window has dropped what is older.
        byte[] far = concat(new byte[] {0x00, -1, -1}, LAST_LITERALS);
        ByteBuffer frame = begin().stored(first).stored(second).compressed(far).end();
        byte[] plain = Entries.bytes(Compression.LZ4.decompress(frame, PLENTY));
        assertThat(Arrays.copyOfRange(plain, 2 * HISTORY_BYTES, 2 * HISTORY_BYTES + 4))
                .isEqualTo(Arrays.copyOfRange(second, 1, 5));
    }

    @Test
    void nothingStandsBeforeTheFrame() throws Exception {
        byte[] back4 = concat(new byte[] {0x00, 4, 0}, LAST_LITERALS);
        assertCorrupt(begin().compressed(back4).end());
        assertCorrupt(begin().stored(new byte[3]).compressed(back4).end());
        ByteBuffer whole = begin().stored(new byte[] {9, 8, 7, 6}).compressed(back4).end();
        assertThat(Entries.bytes(Compression.LZ4.decompress(whole, PLENTY)))
                .startsWith(9, 8, 7, 6, 9, 8, 7, 6, 1, 2, 3, 4, 5);
        byte[] offset0 = concat(new byte[] {0x00, 0, 0}, LAST_LITERALS);
        assertCorrupt(begin().stored(new byte[4]).compressed(offset0).end());
    }

    @Test
    void blocksMayBeEmptyAndTheFrameToo() throws Exception {
        assertThat(Compression.LZ4.decompress(begin().end(), 0).remaining()).isZero();
        ByteBuffer empty = begin().compressed((byte) 0).stored((byte) 5).compressed((byte) 0).end();
        assertThat(Entries.bytes(Compression.LZ4.decompress(empty, 1))).containsExactly(5);
        assertCorrupt(begin().stored((byte) 5).stored().stored((byte) 5).end());
    }

    @Test
    void blocksAreNoLargerThanTheFrameSays() throws Exception {
        byte[] full = new byte[HISTORY_BYTES];
        assertThat(Compression.LZ4.decompress(begin().stored(full).end(), PLENTY).remaining())
                .isEqualTo(full.length);
        assertCorrupt(begin().stored(new byte[full.length + 1]).end());
        for (int last = 0; last < 3; last++) { // around 64 KiB: literal, match of 19 + 255 n + last
            byte[] block = new byte[4 + 256 + 1 + LAST_LITERALS.length];
            Arrays.fill(block, 4, 260, (byte) -1);
            block[0] = 0x1F;
            block[2] = 1;
            block[260] = (byte) (HISTORY_BYTES - 1 - 19 - 256 * 255 - 5 - 1 + last);
            System.arraycopy(LAST_LITERALS, 0, block, 261, LAST_LITERALS.length);
            ByteBuffer frame = begin().compressed(block).end();
            if (last < 2) {
                assertThat(Compression.LZ4.decompress(frame, PLENTY).remaining())
                        .isEqualTo(HISTORY_BYTES - 1 + last);
            } else {
                assertCorrupt(frame);
            }
        }
    }

    @Test
    void aDictionaryIsRefusedWithAReason() {
        byte[] id = {1, 2, 3, 4};
        int flags = Lz4Frames.LINKED | Lz4Frames.DICTIONARY_ID;
        ByteBuffer linked =
                Lz4Frames.begin(flags, Lz4Frames.BLOCKS_OF_64_KIB, id).stored((byte) 5).end();
        assertThatThrownBy(() -> Compression.LZ4.decompress(linked, PLENTY))
                .isInstanceOf(CorruptRecordsException.class)
                .hasMessageContaining("dictionary");
        assertCorrupt(
                Lz4Frames.begin(flags | Lz4Frames.INDEPENDENT, Lz4Frames.BLOCKS_OF_64_KIB, id)
                        .stored((byte) 5)
                        .end());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x80, 0xC0, 0x42}) // versions 0, 2 and 3; the reserved bit
    void flagsAreThoseOfTheFormat(int flags) {
        assertCorrupt(Lz4Frames.begin(flags, Lz4Frames.BLOCKS_OF_64_KIB).end());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x30, 0xC0, 0x41, 0x48})
    void blockDescriptorIsThatOfTheFormat(int descriptor) {
        assertCorrupt(Lz4Frames.begin(Lz4Frames.LINKED, descriptor).end());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, -1, Long.MIN_VALUE, (1L << 32) + 2})
    void contentSizeIsCompared(long size) throws Exception {
        assertCorrupt(ofSize(size));
        assertThat(Compression.LZ4.decompress(ofSize(2), PLENTY).remaining()).isEqualTo(2);
    }

    /** What a header promises costs nothing. */
    @Test
    void takesMemoryForWhatIsThere() {
        ByteBuffer small =
                Lz4Frames.begin(Lz4Frames.LINKED, Lz4Frames.BLOCKS_OF_4_MIB)
                        .stored((byte) 1)
                        .compressed((byte) 0x10, (byte) 2)
                        .end();
        assertThat(validate(small, PLENTY)).isPresent(); // loads what is loaded once
        long before = allocated();
        assertThat(validate(small, PLENTY)).isPresent(); // not records, so they are refused
        assertThat(allocated() - before).isLessThan(64 << 10);
    }

    /** As large as memory gets: blocks of 4 MiB, each made of a few KiB. */
    @Test
    void refusesBombsInSmallMemory() throws Exception {
        ByteBuffer bomb = bomb(40);
        long before = allocated();
        assertThat(validate(bomb, 150 << 20))
                .hasValueSatisfying(
                        fault -> assertThat(fault.error()).isEqualTo(LogError.BATCH_TOO_LARGE));
        assertThat(allocated() - before).isLessThan(12 << 20);
        before = allocated();
        assertThat(validate(bomb, 200 << 20))
                .hasValueSatisfying(
                        fault -> assertThat(fault.error()).isEqualTo(LogError.INVALID_BATCH));
        assertThat(allocated() - before).isLessThan(12 << 20);
    }

    /** Blocks so small that what is done for each of them would outweigh them. */
    @Test
    void tinyBlocksTakeNoMoreMemoryThanTheirBytes() throws Exception {
        Lz4Frames frame = begin();
        for (int n = 0; n < 100_000; n++) {
            frame.stored((byte) n).compressed((byte) 0x10, (byte) n);
        }
        ByteBuffer tiny = frame.end();
        long before = allocated();
        try (InputStream in = Compression.LZ4.decompressing(tiny, PLENTY)) {
            assertThat(in.skip(PLENTY)).isEqualTo(200_000);
        }
        assertThat(allocated() - before).isLessThan(32 << 20); // a view of each block
    }

    private static Lz4Frames begin() {
        return Lz4Frames.begin(Lz4Frames.LINKED, Lz4Frames.BLOCKS_OF_64_KIB);
    }

    private static ByteBuffer ofSize(long size) {
        byte[] bytes = Lz4Frames.littleEndian(Long.BYTES).putLong(size).array();
        return Lz4Frames.begin(
                        Lz4Frames.LINKED | Lz4Frames.CONTENT_SIZE,
                        Lz4Frames.BLOCKS_OF_64_KIB,
                        bytes)
                .stored((byte) 1, (byte) 2)
                .end();
    }

    /**
     * Blocks that each are a match of nearly 4 MiB with what stands before them, after the start of
     * a record whose value is longer than all of them.
     */
    private static ByteBuffer bomb(int blocks) {
        byte[] block = new byte[3 + 16_448 + 1 + LAST_LITERALS.length];
        Arrays.fill(block, 3, block.length - LAST_LITERALS.length - 1, (byte) -1);
        block[0] = 0x0F;
        block[1] = 1;
        System.arraycopy(
                LAST_LITERALS, 0, block, block.length - LAST_LITERALS.length, LAST_LITERALS.length);
        Lz4Frames frame =
                Lz4Frames.begin(Lz4Frames.LINKED, Lz4Frames.BLOCKS_OF_4_MIB)
                        .stored(new byte[] {0x0A, -1, -1, -1, 0x7F, 0x12, -6, -1, -1, 0x7F, 0});
        for (int n = 0; n < blocks; n++) {
            frame.compressed(block);
        }
        return frame.end();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static ByteBuffer flipped(ByteBuffer frame, int at, int bit) {
        byte[] flipped = Entries.bytes(frame);
        flipped[at] ^= (byte) (1 << bit);
        return ByteBuffer.wrap(flipped);
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private static Optional<BatchFault> validate(ByteBuffer frame, int maxBytes) {
        BatchValidator validator = new BatchValidator(new BatchLimits(1 << 27, maxBytes, false));
        return validator.validate(Entries.batch(Compression.LZ4, frame, 1));
    }

    private static void assertCorrupt(ByteBuffer frame) {
        CorruptRecordsException corrupt =
                catchThrowableOfType(
                        CorruptRecordsException.class,
                        () -> Compression.LZ4.decompress(frame, PLENTY));
        assertThat(corrupt).isNotNull();
        assertThat(corrupt.fault().error()).isEqualTo(LogError.INVALID_BATCH);
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
