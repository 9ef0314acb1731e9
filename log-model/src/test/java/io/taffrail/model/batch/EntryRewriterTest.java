// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EntryRewriterTest {
    private static final int MAX_BYTES = 1 << 20;

    private final EntryRewriter rewriter =
            new EntryRewriter(Entries.TOPIC, Entries.PARTITION, MAX_BYTES);

    @ParameterizedTest
    @EnumSource
    void keepsTheChosenRecordsAndWhoTheyAre(Compression compression) throws Exception {
        ByteBuffer old = Entries.entry(Entries.batch(compression, 10));
        ByteBuffer written = rewrite(old, Set.of(0, 3, 4, 9)).orElseThrow();

        assertThat(Entries.check(written)).isEqualTo(EntryCheck.VALID);
        assertSameIdentity(old, written);
        assertThat(RecordBatchLayout.compressionId(written, 0)).isEqualTo(compression.id());
        assertThat(RecordBatchLayout.recordCount(written, 0)).isEqualTo(4);
        assertThat(Entries.records(Entries.payload(written)))
                .isEqualTo(
                        Entries.records(Entries.payload(old)).stream()
                                .filter(record -> Set.of(0, 3, 4, 9).contains(record.offsetDelta()))
                                .toList());
    }

    @Test
    void anotherRoundIsAsGoodAsOne() {
        ByteBuffer old = Entries.entry(Entries.batch(Compression.NONE, 50));
        ByteBuffer once = rewrite(old, Set.of(7, 8, 30)).orElseThrow();
        ByteBuffer rounds = old;
        for (Set<Integer> kept :
                List.of(Set.of(1, 2, 7, 8, 29, 30, 31), Set.of(2, 7, 8, 30), Set.of(7, 8, 30))) {
            rounds = rewrite(rounds, kept).orElseThrow();
        }
        assertThat(rounds).isEqualTo(once);
    }

    @Test
    void largestTimestampIsThatOfWhatWasKept() {
        ByteBuffer old = Entries.entry(Entries.batch(Compression.NONE, 10));
        ByteBuffer written = rewrite(old, Set.of(2, 5)).orElseThrow();
        assertThat(RecordBatchLayout.maxTimestampMs(written, 0)).isEqualTo(1_700_000_000_005L);
        assertThat(RecordBatchLayout.baseTimestampMs(written, 0)).isEqualTo(1_700_000_000_000L);
    }

    @Test
    void givesTheOldBytesIfAllAreKept() {
        ByteBuffer larger = ByteBuffer.allocate(1000);
        ByteBuffer old = Entries.entry(Entries.batch(Compression.GZIP, 10));
        larger.put(5, old, 0, old.limit());
        ByteBuffer same =
                rewriter.rewrite(larger, 5, (record, offset) -> true, false).orElseThrow();
        assertThat(same).isEqualTo(old);
        larger.put(5, (byte) 0);
        assertThat(same.get(0)).as("a view").isZero();
    }

    @Test
    void leavesNothingOrAnEntryWithoutRecords() {
        ByteBuffer old = Entries.entry(Entries.batch(Compression.ZSTD, 10));
        assertThat(rewriter.rewrite(old, 0, (record, offset) -> false, false)).isEmpty();

        ByteBuffer empty = rewriter.rewrite(old, 0, (record, offset) -> false, true).orElseThrow();
        assertThat(Entries.check(empty)).isEqualTo(EntryCheck.VALID);
        assertSameIdentity(old, empty);
        assertThat(empty.remaining()).isEqualTo(RecordBatchLayout.HEADER_BYTES);
        assertThat(RecordBatchLayout.recordCount(empty, 0)).isZero();
        assertThat(RecordBatchLayout.compressionId(empty, 0)).isEqualTo(Compression.NONE.id());
        assertThat(RecordBatchLayout.maxTimestampMs(empty, 0))
                .isEqualTo(RecordBatchLayout.baseTimestampMs(old, 0));

        assertThat(rewriter.rewrite(empty, 0, (record, offset) -> true, true)).contains(empty);
        assertThat(rewriter.rewrite(empty, 0, (record, offset) -> true, false)).isEmpty();
    }

    @Test
    void writesTheEmptyEntryOfTheVectors() {
        ByteBuffer expected =
                Vectors.good().stream()
                        .filter(vector -> vector.name().startsWith("compacted to nothing"))
                        .findFirst()
                        .orElseThrow()
                        .entry();
        ProducedBatch batch =
                new RecordBatchBuilder(Compression.NONE)
                        .producer(77, 0, 4)
                        .append(1_700_000_000_000L, Entries.bytes("a"), null, List.of())
                        .append(1_700_000_000_003L, Entries.bytes("b"), null, List.of())
                        .append(1_700_000_000_004L, Entries.bytes("c"), null, List.of())
                        .build();
        ByteBuffer old = Entries.entry(batch, 110, 2, 1_700_000_000_500L);
        assertThat(rewriter.rewrite(old, 0, (record, offset) -> false, true)).contains(expected);
    }

    @Test
    void asksForEachRecordOnceWithItsOffset() {
        ByteBuffer old = Entries.entry(Entries.batch(Compression.NONE, 10));
        ByteBuffer compacted = rewrite(old, Set.of(2, 8)).orElseThrow();
        List<Long> offsets = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        Optional<ByteBuffer> same =
                rewriter.rewrite(
                        compacted,
                        0,
                        (record, offset) -> {
                            keys.add(
                                    new String(
                                            Entries.bytes(record.key()), StandardCharsets.UTF_8));
                            return offsets.add(offset);
                        },
                        false);
        assertThat(same).contains(compacted);
        assertThat(offsets).containsExactly(Entries.BASE_OFFSET + 2, Entries.BASE_OFFSET + 8);
        assertThat(keys).containsExactly("key-2", "key-8");
    }

    @Test
    void refusesAPayloadThatDoesNotFitItsHeader() {
        ByteBuffer old = Entries.entry(Entries.batch(Compression.NONE, 10));
        RecordBatchLayout.putInt(old, RecordBatchLayout.RECORD_COUNT_POSITION, 9);
        assertThatThrownBy(() -> rewrite(old, Set.of(1)))
                .isInstanceOf(MalformedRecordsException.class);
        EntryRewriter small = new EntryRewriter(Entries.TOPIC, Entries.PARTITION, 100);
        ByteBuffer large = Entries.entry(Entries.batch(Compression.GZIP, 10));
        assertThatThrownBy(() -> small.rewrite(large, 0, (record, offset) -> true, true))
                .isInstanceOf(MalformedRecordsException.class);
    }

    private Optional<ByteBuffer> rewrite(ByteBuffer entry, Set<Integer> keptDeltas) {
        return rewriter.rewrite(
                entry, 0, (record, offset) -> keptDeltas.contains(record.offsetDelta()), false);
    }

    private static void assertSameIdentity(ByteBuffer old, ByteBuffer written) {
        assertThat(RecordBatchLayout.baseOffset(written, 0))
                .isEqualTo(RecordBatchLayout.baseOffset(old, 0));
        assertThat(RecordBatchLayout.lastOffset(written, 0))
                .isEqualTo(RecordBatchLayout.lastOffset(old, 0));
        assertThat(RecordBatchLayout.leaderEpoch(written, 0))
                .isEqualTo(RecordBatchLayout.leaderEpoch(old, 0));
        assertThat(RecordBatchLayout.appendTimeMs(written, 0))
                .isEqualTo(RecordBatchLayout.appendTimeMs(old, 0));
        assertThat(RecordBatchLayout.producerId(written, 0))
                .isEqualTo(RecordBatchLayout.producerId(old, 0));
        assertThat(RecordBatchLayout.producerEpoch(written, 0))
                .isEqualTo(RecordBatchLayout.producerEpoch(old, 0));
        assertThat(RecordBatchLayout.lastSequence(written, 0))
                .isEqualTo(RecordBatchLayout.lastSequence(old, 0));
        assertThat(RecordBatchLayout.baseTimestampMs(written, 0))
                .isEqualTo(RecordBatchLayout.baseTimestampMs(old, 0));
    }
}
