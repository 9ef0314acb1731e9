// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.sun.management.ThreadMXBean;
import io.taffrail.model.LogError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {
    private static final int PLENTY = 1 << 26;

    @ParameterizedTest
    @EnumSource
    void bringsBackWhatItCompressed(Compression compression) throws Exception {
        for (int size : new int[] {0, 1, 100, 65_536, 70_000, 1_000_000}) {
            byte[] plain = text(size);
            ByteBuffer compressed = compression.compress(ByteBuffer.wrap(plain));
            assertThat(Entries.bytes(compression.decompress(compressed, size))).isEqualTo(plain);
            assertThat(Entries.bytes(compression.decompress(direct(compressed), PLENTY)))
                    .isEqualTo(plain);
            assertThat(compressed.position()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void compressesWhatIsBetweenPositionAndLimit(Compression compression) throws Exception {
        ByteBuffer inside = ByteBuffer.wrap(text(1000)).position(100).limit(900).slice();
        inside.position(50).limit(700);
        for (ByteBuffer plain :
                new ByteBuffer[] {inside, inside.asReadOnlyBuffer(), direct(inside)}) {
            ByteBuffer compressed = compression.compress(plain);
            assertThat(compression.decompress(compressed, PLENTY)).isEqualTo(plain);
            assertThat(plain.remaining()).isEqualTo(650);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void refusesWhateverFollows(Compression compression) {
        ByteBuffer one = compression.compress(ByteBuffer.wrap(text(1000)));
        ByteBuffer two = compression.compress(ByteBuffer.wrap(text(10)));
        assertCorrupt(compression, concat(one, ByteBuffer.allocate(1)));
        assertCorrupt(compression, concat(one, ByteBuffer.allocate(500)));
        assertCorrupt(compression, concat(one, two));
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void refusesWhatIsCutShort(Compression compression) {
        ByteBuffer compressed = compression.compress(ByteBuffer.wrap(text(1000)));
        for (int size = 0; size < compressed.remaining(); size++) {
            assertCorrupt(compression, compressed.slice(0, size));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void refusesBombsInSmallMemory(Compression compression) throws Exception {
        ByteBuffer bomb = bomb(compression, 1 << 26);
        int allowed = 16 << 20;
        long before = allocated();
        BatchValidator validator = new BatchValidator(new BatchLimits(1 << 27, allowed, false));
        assertThat(validator.validate(Entries.batch(compression, bomb, 1)))
                .hasValueSatisfying(
                        fault -> assertThat(fault.error()).isEqualTo(LogError.BATCH_TOO_LARGE));
        long taken = allocated() - before;
        if (compression != Compression.SNAPPY) { // whose size is refused before it is read
            assertThat(taken).isLessThan(12 << 20);
        } else {
            assertThat(taken).isLessThan(1 << 20);
        }
    }

    /** A value that decompresses to far more than the heap that walking it takes. */
    @ParameterizedTest
    @EnumSource(names = {"GZIP", "LZ4", "ZSTD"})
    void walksLargeRecordsInSmallMemory(Compression compression) throws Exception {
        int size = 32 << 20;
        ByteBuffer records = bomb(compression, size);
        BatchValidator validator = new BatchValidator(new BatchLimits(1 << 27, size + 100, false));
        long before = allocated();
        assertThat(validator.validate(Entries.batch(compression, records, 1))).isEmpty();
        assertThat(allocated() - before).isLessThan(12 << 20);
    }

    @Test
    void snappyIsNotBelievedToHoldMoreThanItCan() {
        // a length of 32 MiB and nothing else
        ByteBuffer claim = ByteBuffer.wrap(HexFormat.of().parseHex("80808010" + "00".repeat(20)));
        long before = allocated();
        assertCorrupt(Compression.SNAPPY, claim);
        assertThat(allocated() - before).isLessThan(1 << 20);
    }

    @Test
    void zstdWindowIsAtMost8MiB() throws Exception {
        assertThat(zstdWithWindow(23).length).isPositive();
        assertThat(
                        Compression.ZSTD
                                .decompress(ByteBuffer.wrap(zstdWithWindow(23)), PLENTY)
                                .remaining())
                .isEqualTo(20 << 20);
        assertCorrupt(Compression.ZSTD, ByteBuffer.wrap(zstdWithWindow(24)));
    }

    @Test
    void zstdSkippableFrameIsRefused() {
        ByteBuffer frame = Compression.ZSTD.compress(ByteBuffer.wrap(text(100)));
        ByteBuffer skippable = ByteBuffer.wrap(HexFormat.of().parseHex("502a4d1801000000ff"));
        assertCorrupt(Compression.ZSTD, skippable);
        assertCorrupt(Compression.ZSTD, concat(skippable, frame));
        assertCorrupt(Compression.ZSTD, concat(frame, skippable));
    }

    @Test
    void lz4SkippableFrameIsRefused() {
        ByteBuffer frame = Compression.LZ4.compress(ByteBuffer.wrap(text(100)));
        ByteBuffer skippable = ByteBuffer.wrap(HexFormat.of().parseHex("502a4d1801000000ff"));
        assertCorrupt(Compression.LZ4, concat(skippable, frame));
        assertCorrupt(Compression.LZ4, concat(frame, skippable));
    }

    @Test
    void lz4FramesOfEveryBlockSizeAndChecksumAreRead() throws Exception {
        byte[] plain = text(5 << 20);
        for (LZ4FrameOutputStream.BLOCKSIZE size : LZ4FrameOutputStream.BLOCKSIZE.values()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (LZ4FrameOutputStream lz4 =
                    new LZ4FrameOutputStream(
                            out,
                            size,
                            plain.length,
                            LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE,
                            LZ4FrameOutputStream.FLG.Bits.BLOCK_CHECKSUM,
                            LZ4FrameOutputStream.FLG.Bits.CONTENT_CHECKSUM,
                            LZ4FrameOutputStream.FLG.Bits.CONTENT_SIZE)) {
                lz4.write(plain);
            }
            ByteBuffer frame = ByteBuffer.wrap(out.toByteArray());
            assertThat(Entries.bytes(Compression.LZ4.decompress(frame, PLENTY))).isEqualTo(plain);
            assertCorrupt(Compression.LZ4, concat(frame, ByteBuffer.allocate(1)));
        }
    }

    @Test
    void gzipHeaderMayHaveAllItsOptionalFields() throws Exception {
        byte[] plain = text(100);
        byte[] member = Entries.bytes(Compression.GZIP.compress(ByteBuffer.wrap(plain)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(HexFormat.of().parseHex("1f8b081f00000000" + "0003"));
        out.write(HexFormat.of().parseHex("0300" + "aabbcc")); // extra
        out.write(Entries.bytes("name\0comment\0"));
        out.write(HexFormat.of().parseHex("0000")); // header checksum
        out.write(member, 10, member.length - 10);
        assertThat(
                        Entries.bytes(
                                Compression.GZIP.decompress(
                                        ByteBuffer.wrap(out.toByteArray()), 100)))
                .isEqualTo(plain);
    }

    @Test
    void gzipTrailerIsCompared() {
        ByteBuffer member = Compression.GZIP.compress(ByteBuffer.wrap(text(100)));
        for (int n = 1; n <= 8; n++) {
            ByteBuffer changed = concat(member, ByteBuffer.allocate(0));
            int at = changed.limit() - n;
            changed.put(at, (byte) (changed.get(at) ^ 1));
            assertCorrupt(Compression.GZIP, changed);
        }
    }

    @Test
    void idsAreThoseOfTheFormat() {
        assertThat(Compression.byId(0)).contains(Compression.NONE);
        assertThat(Stream.of(Compression.values()).map(Compression::id))
                .containsExactly(1, 2, 3, 4, 5);
        for (Compression compression : Compression.values()) {
            assertThat(Compression.byId(compression.id())).contains(compression);
        }
        assertThat(Compression.byId(Compression.HIGHEST_ID + 1)).isEmpty();
        assertThat(Compression.byId(-1)).isEmpty();
    }

    @Test
    void streamEndsWithoutAnErrorOnlyAtTheEnd() throws Exception {
        for (Compression compression : Compression.values()) {
            ByteBuffer compressed = compression.compress(ByteBuffer.wrap(text(1000)));
            assertThat(readAll(compression, compressed, 1000)).isEqualTo(text(1000));
            assertThatThrownBy(() -> readAll(compression, compressed, 999))
                    .isInstanceOf(CorruptRecordsException.class);
        }
    }

    private static byte[] readAll(Compression compression, ByteBuffer compressed, int maxBytes)
            throws IOException {
        try (InputStream in = compression.decompressing(compressed, maxBytes)) {
            return in.readAllBytes();
        }
    }

    private static void assertCorrupt(Compression compression, ByteBuffer compressed) {
        CorruptRecordsException corrupt =
                catchThrowableOfType(
                        CorruptRecordsException.class,
                        () -> compression.decompress(compressed, PLENTY));
        assertThat(corrupt).isNotNull();
        assertThat(corrupt.fault().error()).isEqualTo(LogError.INVALID_BATCH);
    }

    /** One record whose value is {@code size} zeroes, written by what does not hold them all. */
    private static ByteBuffer bomb(Compression compression, int size) throws IOException {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        writeVarint(value, size);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(0x0A);
        writeVarint(head, 1 + value.size() + size);
        head.write(0x12);
        value.writeTo(head);
        byte[] plain = Arrays.copyOf(head.toByteArray(), head.size() + size);
        return compression.compress(ByteBuffer.wrap(plain));
    }

    private static void writeVarint(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest > 0x7F; rest >>>= 7) {
            out.write(rest | 0x80);
        }
        out.write(rest);
    }

    private static byte[] zstdWithWindow(int windowLog) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, 1)) {
            zstd.setLong(windowLog);
            byte[] megabyte = text(1 << 20);
            for (int n = 0; n < 20; n++) {
                zstd.write(megabyte);
            }
        }
        return out.toByteArray();
    }

    private static byte[] text(int size) {
        byte[] text = new byte[size];
        Random random = new Random(size);
        for (int n = 0; n < size; n++) {
            text[n] = (byte) ('a' + random.nextInt(4));
        }
        return text;
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private static ByteBuffer concat(ByteBuffer a, ByteBuffer b) {
        return ByteBuffer.allocate(a.remaining() + b.remaining())
                .put(a.duplicate())
                .put(b.duplicate())
                .flip();
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
