// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class EntryCheckTest {
    private final ByteBuffer entry = Entries.entry(Entries.batch(Compression.NONE, 10));

    @Test
    void saysIncompleteWhereverAnEntryIsCutOff() {
        for (int limit = 0; limit < entry.limit(); limit++) {
            assertThat(EntryCheck.check(entry, 0, limit, Entries.TOPIC, Entries.PARTITION))
                    .isEqualTo(EntryCheck.INCOMPLETE);
            assertThat(Entries.checkHeader(entry, limit))
                    .isEqualTo(
                            limit < RecordBatchLayout.HEADER_BYTES
                                    ? EntryCheck.INCOMPLETE
                                    : EntryCheck.VALID);
        }
    }

    @Test
    void zeroesOfAPreallocatedFileAreNoEntry() {
        ByteBuffer zeroes = ByteBuffer.allocate(200);
        for (int limit = 1; limit <= zeroes.limit(); limit++) {
            assertThat(EntryCheck.check(zeroes, 0, limit, Entries.TOPIC, Entries.PARTITION))
                    .isEqualTo(EntryCheck.MALFORMED);
        }
    }

    @Test
    void tellsANewerFormatFromDamage() {
        entry.put(RecordBatchLayout.FLAGS_POSITION, (byte) 1);
        assertThat(Entries.check(entry)).isEqualTo(EntryCheck.BAD_BODY_CHECKSUM);
        assertThat(Entries.checkHeader(entry, entry.limit()))
                .isEqualTo(EntryCheck.BAD_BODY_CHECKSUM);
        assertThat(Entries.checkHeader(entry, RecordBatchLayout.HEADER_BYTES))
                .as("only the body's checksum could tell")
                .isEqualTo(EntryCheck.INCOMPLETE);
        Entries.seal(entry);
        assertNewer();
    }

    @Test
    void anUnknownCodecIsNewer() {
        entry.put(RecordBatchLayout.COMPRESSION_POSITION, (byte) 6);
        Entries.seal(entry);
        assertNewer();
    }

    @Test
    void transactionsAreNewer() {
        entry.put(RecordBatchLayout.FLAGS_POSITION, (byte) RecordBatchLayout.FLAG_TRANSACTIONAL);
        Entries.seal(entry);
        assertNewer();
    }

    @Test
    void anExtendedHeaderIsNewerWhateverStandsBehindTheFlags() {
        entry.put(RecordBatchLayout.FLAGS_POSITION, (byte) RecordBatchLayout.FLAG_EXTENDED_HEADER);
        for (int at = RecordBatchLayout.FLAGS_POSITION + 1; at < entry.limit(); at++) {
            entry.put(at, (byte) (at * 31));
        }
        assertThat(Entries.check(entry)).isEqualTo(EntryCheck.BAD_BODY_CHECKSUM);
        Entries.seal(entry);
        assertNewer();
    }

    private void assertNewer() {
        assertThat(Entries.check(entry)).isEqualTo(EntryCheck.NEWER_FORMAT);
        assertThat(Entries.checkHeader(entry, entry.limit())).isEqualTo(EntryCheck.NEWER_FORMAT);
        assertThat(Entries.checkHeader(entry, RecordBatchLayout.HEADER_BYTES))
                .isEqualTo(EntryCheck.INCOMPLETE);
    }

    @Test
    void impossibleCountsAreMalformed() {
        assertMalformedWith(RecordBatchLayout.RECORD_COUNT_POSITION, -1);
        assertMalformedWith(RecordBatchLayout.RECORD_COUNT_POSITION, 11);
        assertMalformedWith(RecordBatchLayout.RECORD_COUNT_POSITION, Integer.MIN_VALUE);
        assertMalformedWith(RecordBatchLayout.LAST_OFFSET_DELTA_POSITION, -1);
        assertMalformedWith(RecordBatchLayout.LAST_OFFSET_DELTA_POSITION, 8);
        assertMalformedWith(RecordBatchLayout.BASE_OFFSET_POSITION + 4, Integer.MIN_VALUE);
        assertMalformedWith(RecordBatchLayout.RECORDS_LENGTH_POSITION, 0x00808081);
    }

    @Test
    void offsetsBeyondTheLargestAreMalformed() {
        RecordBatchLayout.putLong(
                entry, RecordBatchLayout.BASE_OFFSET_POSITION, Long.MAX_VALUE - 9);
        Entries.seal(entry);
        assertThat(Entries.check(entry)).isEqualTo(EntryCheck.MALFORMED);
        RecordBatchLayout.putLong(
                entry, RecordBatchLayout.BASE_OFFSET_POSITION, Long.MAX_VALUE - 10);
        Entries.seal(entry);
        assertThat(Entries.check(entry)).isEqualTo(EntryCheck.VALID);
        assertThat(RecordBatchLayout.endOffset(entry, 0)).isEqualTo(Long.MAX_VALUE);
    }

    private void assertMalformedWith(int position, int value) {
        ByteBuffer changed = ByteBuffer.allocate(entry.limit()).put(entry.duplicate()).flip();
        RecordBatchLayout.putInt(changed, position, value);
        Entries.seal(changed);
        assertThat(Entries.check(changed)).isEqualTo(EntryCheck.MALFORMED);
    }

    @Test
    void placementChecksumIsTheOneThatTheJdkComputes() {
        ByteBuffer covered = ByteBuffer.allocate(53);
        Entries.TOPIC.writeTo(covered);
        RecordBatchLayout.putInt(covered, 16, Entries.PARTITION);
        covered.put(20, entry, 0, 33);
        CRC32C crc = new CRC32C();
        crc.update(covered.array());
        assertThat(RecordBatchLayout.placementCrc32c(entry, 0)).isEqualTo((int) crc.getValue());
    }

    @Test
    void sequencesWrapAfterTheLargest() {
        assertThat(RecordBatchLayout.sequenceAfter(5, 0)).isEqualTo(5);
        assertThat(RecordBatchLayout.sequenceAfter(Integer.MAX_VALUE, 1)).isZero();
        assertThat(RecordBatchLayout.sequenceAfter(Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isEqualTo(Integer.MAX_VALUE - 1);
        assertThat(RecordBatchLayout.lastSequence(entry, 0)).isEqualTo(5 + 9);
    }
}
