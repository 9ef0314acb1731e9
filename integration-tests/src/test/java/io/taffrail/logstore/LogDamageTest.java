// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.StoredLog.Left;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.logstore.recovery.NewerFormatException;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damages the files of a log by hand, each kind in each way, and asks whether the log tells the
 * truth about it ({@link StoredLog#openAndTellTheTruth}).
 */
class LogDamageTest {
    private static final int FLIPS_IN_A_FILE = 60;

    @ParameterizedTest
    @EnumSource
    void noticesFlippedBits(Left left) throws IOException {
        Random random = new Random(left.name().hashCode());
        int files = new StoredLog(left).files().size();
        int missing = 0;
        for (int file = 0; file < files; file++) {
            for (int flip = 0; flip < FLIPS_IN_A_FILE; flip++) {
                StoredLog stored = new StoredLog(left);
                Path path = stored.files().get(file);
                int size = stored.disk.contents(path).length;
                if (size == 0) {
                    break;
                }
                int position = random.nextInt(size);
                int bit = random.nextInt(8);
                stored.disk.flipBit(path, position, bit);
                try {
                    int lost = stored.openAndTellTheTruth(false);
                    missing += lost;
                    assertThat(lost)
                            .as("entries that the flip took")
                            .isEqualTo(path.toString().endsWith(".log") ? 1 : 0);
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw new AssertionError(
                            left + ", bit " + bit + " of byte " + position + " of " + path, e);
                }
            }
        }
        assertThat(missing).isGreaterThan(FLIPS_IN_A_FILE);
    }

    @ParameterizedTest
    @EnumSource
    void noticesMissingBytes(Left left) throws IOException {
        Random random = new Random(left.name().hashCode());
        int files = new StoredLog(left).files().size();
        for (int file = 0; file < files; file++) {
            for (int i = 0; i < 25; i++) {
                StoredLog stored = new StoredLog(left);
                Path path = stored.files().get(file);
                int size = stored.disk.contents(path).length;
                int kept = size == 0 ? 0 : random.nextInt(size);
                stored.disk.truncateQuietly(path, kept);
                try {
                    int lost = stored.openAndTellTheTruth(true);
                    if (!path.toString().endsWith(".log")) {
                        assertThat(lost).isZero();
                    }
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw new AssertionError(left + ", " + path + " cut to " + kept, e);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noticesMissingFiles(Left left) throws IOException {
        int files = new StoredLog(left).files().size();
        for (int file = 0; file < files; file++) {
            StoredLog stored = new StoredLog(left);
            Path path = stored.files().get(file);
            boolean last = path.equals(stored.logFiles().get(stored.logFiles().size() - 1));
            stored.disk.deleteQuietly(path);
            try {
                int lost = stored.openAndTellTheTruth(last);
                assertThat(lost > 0).isEqualTo(path.toString().endsWith(".log"));
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(left + " without " + path, e);
            }
        }
    }

    @Test
    void repairsByCuttingAtTheDamage() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 120; i++) {
            StoredLog stored = new StoredLog(i % 2 == 0 ? Left.CLOSED : Left.KILLED);
            Path path = stored.logFiles().get(random.nextInt(stored.logFiles().size()));
            int size = stored.disk.contents(path).length;
            if (size == 0) {
                continue;
            }
            int position = random.nextInt(size);
            stored.disk.flipBit(path, position, random.nextInt(8));
            PartitionLog log = stored.open();
            for (long at = 0; at < log.logEndOffset(); at++) {
                if (log.readVerified(at, Long.MAX_VALUE, 1) instanceof LogSlice slice) {
                    slice.close();
                }
            }
            if (!log.damage().isEmpty()) {
                long from = log.damage().get(0).fromOffset();
                assertThat(log.truncateTo(from, TruncationReason.OUT_OF_ISR_AND_ELR))
                        .isLessThanOrEqualTo(from);
                assertThat(log.damage()).isEmpty();
            }
            long end = log.logEndOffset();
            List<Entry> kept =
                    stored.entries.stream().filter(entry -> entry.endOffset() <= end).toList();
            assertThat(LogContents.readAll(log))
                    .as("after damage to byte %s of %s, %s", position, path, LogContents.of(log))
                    .isEqualTo(kept);
            Producers.check(log, Producers.after(kept));
            assertThat(log.appendAsLeader(SampleBatches.batch("goes on"), 50))
                    .isInstanceOf(AppendResult.Appended.class);
            log.close();
            PartitionLog again = stored.open();
            assertThat(again.recoveryReport().outcome()).isEqualTo(Outcome.CLEAN);
            assertThat(LogContents.readAll(again)).hasSize(kept.size() + 1);
            again.close();
        }
    }

    @Test
    void reportsDamageThatAppearsWhileItIsOpen() throws IOException {
        StoredLog stored = new StoredLog(Left.CLOSED);
        List<Long> told = new ArrayList<>();
        PartitionLog log = openTelling(stored, told);
        stored.disk.flipBit(stored.logFiles().get(1), 100, 3); // in the records of its first entry
        long next = log.logStartOffset();
        do {
            next = log.scrub(next, 300);
        } while (next != log.logStartOffset());
        assertThat(log.damage()).hasSize(1);
        assertThat(told).hasSize(1);
        long from = log.damage().get(0).fromOffset();
        assertThat(log.read(from, Long.MAX_VALUE, 100)).isInstanceOf(LogReadResult.Damaged.class);
        long before = stored.entries.stream().filter(e -> e.endOffset() <= from).count();
        assertThat(LogContents.read(log, 0, from, 300)).hasSize((int) before);
        log.abandon();
    }

    /** With all offsets where it says that damage begins. */
    private static PartitionLog openTelling(StoredLog stored, List<Long> told) throws IOException {
        return stored.open(
                new LogListener() {
                    @Override
                    public void damageFound(PartitionLog of, DamagedRange damage) {
                        told.add(damage.fromOffset());
                    }
                });
    }

    /** Also where an index points at what is damaged: or it would be one entry at a time. */
    @Test
    void readsAllInFrontOfTheDamageAtOnce() throws IOException {
        List<Integer> positions = positionsOfEntries(new StoredLog(Left.CLOSED));
        assertThat(positions).hasSizeGreaterThan(5);
        for (int damaged = 1; damaged < positions.size(); damaged++) {
            StoredLog stored = new StoredLog(Left.CLOSED);
            PartitionLog log = stored.open();
            stored.disk.flipBit(stored.logFiles().get(0), positions.get(damaged), 0);
            long before = stored.entries.get(damaged - 1).endOffset();
            assertThat(LogContents.read(log, 0, before, 1 << 20)).hasSize(damaged);
            try (LogSlice slice = (LogSlice) log.readVerified(0, Long.MAX_VALUE, 1 << 20)) {
                assertThat(slice.nextOffset()).as("entry %s is damaged", damaged).isEqualTo(before);
            }
            log.abandon();
        }
    }

    /** In the first file. */
    private static List<Integer> positionsOfEntries(StoredLog stored) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(stored.disk.contents(stored.logFiles().get(0)));
        List<Integer> positions = new ArrayList<>();
        for (int at = 0; at < bytes.limit(); at += RecordBatchLayout.entryBytes(bytes, at)) {
            positions.add(at);
        }
        return positions;
    }

    /** A cut has to know what is in the segment that it shortens: else it would fail for ever. */
    @Test
    void reportsDamageThatACutMeets() throws IOException {
        StoredLog stored = new StoredLog(Left.CLOSED);
        List<Long> told = new ArrayList<>();
        PartitionLog log = openTelling(stored, told);
        stored.disk.flipBit(stored.logFiles().get(0), positionsOfEntries(stored).get(1), 0);
        long end = stored.entries.get(4).endOffset();
        assertThatThrownBy(() -> log.truncateTo(end, TruncationReason.OUT_OF_ISR_AND_ELR))
                .isInstanceOf(LogFailedException.class)
                .hasMessageContaining("is damaged at byte");
        long damaged = stored.entries.get(0).endOffset();
        assertThat(told).containsExactly(damaged);
        assertThat(log.damage()).extracting(DamagedRange::fromOffset).containsExactly(damaged);
        assertThat(log.truncateTo(damaged, TruncationReason.OUT_OF_ISR_AND_ELR)).isEqualTo(damaged);
        assertThat(log.damage()).isEmpty();
        log.abandon();
    }

    /** Else a replica would begin amid an entry, which then no leader could give it. */
    @Test
    void nobodyBeginsWhereTheFirstEntryIsDamaged() throws IOException {
        StoredLog stored = new StoredLog(Left.CLOSED);
        PartitionLog log = stored.open();
        log.advanceHighWatermark(log.logEndOffset());
        log.advanceLogStart(1); // amid the first entry
        assertThat(log.restartPoint().offset()).isZero();
        stored.disk.flipBit(stored.logFiles().get(0), 0, 0);
        assertThatThrownBy(log::restartPoint)
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("is damaged at byte 0");
        log.abandon();
    }

    /** Only the body's checksum covers it, and looking for an offset does not read bodies. */
    @Test
    void noticesAWrongLastOffset() throws IOException {
        for (int bit = 0; bit < 31; bit++) {
            StoredLog stored = new StoredLog(Left.CLOSED);
            PartitionLog log = stored.open();
            stored.disk.flipBit(
                    stored.logFiles().get(0),
                    RecordBatchLayout.LAST_OFFSET_DELTA_POSITION + bit / 8,
                    bit % 8);
            assertThat(log.read(1, Long.MAX_VALUE, 300)) // the second record of the first entry
                    .as("bit %s", bit)
                    .isInstanceOf(LogReadResult.Damaged.class);
            assertThat(log.damage()).hasSize(1);
            assertThat(log.damage().get(0).fromOffset()).isZero();
            assertThat(LogContents.read(log, 2, log.logEndOffset(), 300))
                    .isEqualTo(stored.entries.subList(1, stored.entries.size()));
            log.abandon();
        }
    }

    // Bytes that are whole and do not belong

    /** Writes {@code bytes} behind the last entry of the log. */
    private static void writeBehindTheTail(StoredLog stored, ByteBuffer bytes) throws IOException {
        Path last = stored.logFiles().get(stored.logFiles().size() - 1);
        try (LogFile file = stored.disk.open(last, OpenMode.READ_WRITE)) {
            file.write(file.size(), bytes.duplicate());
            file.force();
        }
    }

    @Test
    void doesNotAdoptEntriesOfAnotherPartition() throws IOException {
        for (TopicPartition other :
                List.of(
                        new TopicPartition("orders", new TopicId(1, 2), 4),
                        new TopicPartition("orders", new TopicId(9, 9), 3))) {
            StoredLog stored = new StoredLog(Left.KILLED);
            Entry strayed = Entry.stored(other, SampleBatches.batch("strayed"), stored.end(), 9, 0);
            writeBehindTheTail(stored, strayed.bytes());
            assertNothingAdopted(stored);
        }
    }

    @Test
    void doesNotAdoptStaleEntriesOfItsOwn() throws IOException {
        for (int back = 1; back <= 8; back++) {
            StoredLog stored = new StoredLog(Left.KILLED);
            Entry stale = stored.entries.get(stored.entries.size() - back);
            writeBehindTheTail(stored, stale.bytes());
            assertNothingAdopted(stored);
        }
        StoredLog stored = new StoredLog(Left.KILLED);
        Entry ofAnOldEpoch =
                Entry.stored(PARTITION, SampleBatches.batch("cut long ago"), stored.end(), 2, 0);
        writeBehindTheTail(stored, ofAnOldEpoch.bytes());
        assertNothingAdopted(stored);
    }

    private static void assertNothingAdopted(StoredLog stored) throws IOException {
        PartitionLog log = stored.open();
        assertThat(log.recoveryReport().outcome()).isIn(Outcome.CUT, Outcome.SUSPECT);
        assertThat(LogContents.readAll(log)).isEqualTo(stored.entries);
        log.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesNewerEntriesAndChangesNothing(boolean byFlag) throws IOException {
        for (Left left : Left.values()) {
            StoredLog stored = new StoredLog(left);
            writeBehindTheTail(stored, newer(stored.end(), byFlag));
            Map<String, List<Byte>> before = stored.bytes();
            assertThatThrownBy(stored::open).isInstanceOf(NewerFormatException.class);
            assertThat(stored.bytes()).isEqualTo(before);
            assertThat(stored.disk.openHandles()).isZero();
        }
    }

    private static ByteBuffer newer(long offset, boolean byFlag) {
        Entry entry = Entry.stored(PARTITION, SampleBatches.batch("from the future"), offset, 9, 0);
        ByteBuffer bytes = ByteBuffer.allocate(entry.sizeBytes()).put(entry.bytes().duplicate());
        bytes.flip();
        if (byFlag) {
            bytes.put(
                    RecordBatchLayout.FLAGS_POSITION,
                    (byte) RecordBatchLayout.FLAG_EXTENDED_HEADER);
        } else {
            bytes.put(RecordBatchLayout.COMPRESSION_POSITION, (byte) 17);
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN)
                .putInt(RecordBatchLayout.CRC_POSITION, RecordBatchLayout.computeBodyCrc(bytes, 0));
        RecordBatchLayout.stamp(bytes, 0, offset, 9, 0, PARTITION.topicId(), PARTITION.partition());
        return bytes;
    }
}
