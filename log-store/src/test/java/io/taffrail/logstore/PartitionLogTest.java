// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.TestLogs.append;
import static io.taffrail.logstore.TestLogs.batch;
import static io.taffrail.logstore.TestLogs.open;
import static io.taffrail.logstore.TestLogs.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.AppendResult.Appended;
import io.taffrail.logstore.AppendResult.Duplicate;
import io.taffrail.logstore.AppendResult.Rejected;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import io.taffrail.logstore.segment.TimestampType;
import io.taffrail.model.LogError;
import io.taffrail.model.OffsetAndEpoch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLogTest {
    private static final LogConfig SMALL =
            LogConfig.DEFAULT.withSegmentBytes(1024).withIndexIntervalBytes(128);

    @TempDir Path folder;

    private Path directory() {
        return folder.resolve(TestLogs.PARTITION.directoryName());
    }

    @Test
    void givesBackWhatWasAppended() throws IOException {
        try (PartitionLog log = open(directory(), LogConfig.DEFAULT)) {
            assertThat(append(log, 0, "a", "b")).isInstanceOf(Appended.class);
            append(log, 0, "c");
            assertThat(log.logEndOffset()).isEqualTo(3);
            assertThat(read(log, 0)).containsExactly("0:a", "1:b", "2:c");
            assertThat(read(log, 1)).containsExactly("1:b", "2:c");
        }
    }

    @Test
    void givesBackWhatWasAppendedAfterAnOrderlyStop() throws IOException {
        try (PartitionLog log = open(directory(), SMALL)) {
            for (int i = 0; i < 100; i++) {
                append(log, 0, "value " + i);
            }
        }
        try (PartitionLog log = open(directory(), SMALL)) {
            assertThat(log.recoveryReport().outcome()).isEqualTo(Outcome.CLEAN);
            assertThat(log.recoveryReport().bytesScanned()).isZero();
            assertThat(log.segmentCount()).isGreaterThan(5);
            assertThat(read(log, 0)).hasSize(100).endsWith("99:value 99");
            append(log, 1, "one more");
            assertThat(read(log, 99)).containsExactly("99:value 99", "100:one more");
        }
    }

    @Test
    void givesBackWhatWasAppendedAfterAKill() throws IOException {
        PartitionLog killed = open(directory(), SMALL);
        for (int i = 0; i < 50; i++) {
            append(killed, i / 20, "value " + i);
        }
        killed.abandon();
        try (PartitionLog log = open(directory(), SMALL)) {
            assertThat(log.recoveryReport().outcome()).isEqualTo(Outcome.CLEAN);
            assertThat(read(log, 0)).hasSize(50);
            assertThat(log.endOfEpoch(0)).contains(new OffsetAndEpoch(20, 0));
            assertThat(log.endOfEpoch(1)).contains(new OffsetAndEpoch(40, 1));
            assertThat(log.endOfEpoch(7)).contains(new OffsetAndEpoch(50, 2));
        }
    }

    @Test
    void writesARetryOnce() throws IOException {
        try (PartitionLog log = open(directory(), SMALL)) {
            log.appendAsLeader(batch(7, 0, 0, "a", "b"), 0);
            assertThat(log.appendAsLeader(batch(7, 0, 0, "a", "b"), 0))
                    .isInstanceOfSatisfying(
                            Duplicate.class,
                            duplicate ->
                                    assertThat(duplicate.stored().orElseThrow().lastOffset())
                                            .isEqualTo(1));
            assertThat(log.appendAsLeader(batch(7, 0, 3, "gap"), 0))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> {
                                assertThat(rejected.error())
                                        .isEqualTo(LogError.OUT_OF_ORDER_SEQUENCE);
                                assertThat(rejected.metadata())
                                        .containsEntry("expected_sequence", "2");
                            });
            assertThat(log.appendAsLeader(batch(8, 0, 5, "unknown"), 0))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            r -> assertThat(r.error()).isEqualTo(LogError.UNKNOWN_PRODUCER));
            log.appendAsLeader(batch(7, 1, 0, "c"), 0);
            assertThat(log.appendAsLeader(batch(7, 0, 2, "old"), 0))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            r -> assertThat(r.error()).isEqualTo(LogError.PRODUCER_FENCED));
        }
        try (PartitionLog log = open(directory(), SMALL)) {
            assertThat(log.appendAsLeader(batch(7, 1, 0, "c"), 0)).isInstanceOf(Duplicate.class);
        }
    }

    @Test
    void appendsWhereTheWriterExpectsOrNotAtAll() throws IOException {
        try (PartitionLog log = open(directory(), SMALL)) {
            append(log, 0, "a");
            assertThat(log.appendAsLeader(List.of(batch("b")), 0, OptionalLong.of(0)).get(0))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            r -> assertThat(r.error()).isEqualTo(LogError.OFFSET_MISMATCH));
            assertThat(log.appendAsLeader(List.of(batch("b"), batch("c")), 0, OptionalLong.of(1)))
                    .hasSize(2)
                    .allMatch(Appended.class::isInstance);
        }
    }

    @Test
    void rejectsAppendFromFencedLeader() throws IOException {
        try (PartitionLog log = open(directory(), SMALL)) {
            append(log, 4, "a");
            assertThat(append(log, 3, "b"))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            r -> assertThat(r.error()).isEqualTo(LogError.STALE_EPOCH));
        }
    }

    @Test
    void followerTakesTheLeadersBytes() throws IOException {
        try (PartitionLog leader = open(folder.resolve("leader"), SMALL);
                PartitionLog follower = open(folder.resolve("follower"), SMALL)) {
            for (int i = 0; i < 30; i++) {
                append(leader, i / 10, "value " + i, "another");
            }
            OptionalInt epochBefore = OptionalInt.empty();
            while (follower.logEndOffset() < leader.logEndOffset()) {
                long from = follower.logEndOffset();
                try (LogSlice slice = (LogSlice) leader.readVerified(from, Long.MAX_VALUE, 300)) {
                    assertThat(follower.appendAsFollower(slice.copy(), from, epochBefore))
                            .isEqualTo(new FollowerAppendResult.Appended(slice.nextOffset()));
                    epochBefore = leader.epochOf(slice.nextOffset() - 1);
                }
            }
            assertThat(read(follower, 0)).isEqualTo(read(leader, 0));
            assertThat(follower.endOfEpoch(1)).isEqualTo(leader.endOfEpoch(1));
            assertThat(follower.appendAsFollower(ByteBuffer.allocate(0), 3, OptionalInt.empty()))
                    .isInstanceOf(FollowerAppendResult.Diverged.class);
        }
    }

    @Test
    void truncatesToWhereEpochsPart() throws IOException {
        try (PartitionLog log = open(directory(), SMALL)) {
            for (int i = 0; i < 60; i++) {
                log.appendAsLeader(batch(7, 0, i, "value " + i), i / 20);
            }
            assertThat(log.truncateTo(25, TruncationReason.DIVERGENCE)).isEqualTo(25);
            assertThat(log.latestEpoch()).hasValue(1);
            assertThat(log.appendAsLeader(batch(7, 0, 25, "again"), 5))
                    .isInstanceOf(Appended.class);
            assertThat(read(log, 24)).containsExactly("24:value 24", "25:again");
        }
        try (PartitionLog log = open(directory(), SMALL)) {
            assertThat(log.recoveryReport().outcome()).isEqualTo(Outcome.CLEAN);
            assertThat(read(log, 24)).containsExactly("24:value 24", "25:again");
            log.advanceHighWatermark(26);
            assertThatThrownBy(() -> log.truncateTo(10, TruncationReason.DIVERGENCE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readerKeepsItsSliceWhenTheSegmentIsDeleted() throws IOException {
        try (PartitionLog log = open(directory(), SMALL)) {
            for (int i = 0; i < 50; i++) {
                append(log, 0, "value " + i);
            }
            log.advanceHighWatermark(50);
            ByteBuffer before;
            ByteBuffer after;
            try (LogSlice slice = (LogSlice) log.read(0, Long.MAX_VALUE, 500)) {
                before = slice.copy();
                log.advanceLogStart(45);
                assertThat(log.segmentCount()).isLessThan(3);
                after = slice.copy();
            }
            assertThat(after).isEqualTo(before);
            assertThat(log.read(0, Long.MAX_VALUE, 500))
                    .isEqualTo(new LogReadResult.OutOfRange(45, 50));
            assertThat(read(log, 45)).hasSize(5);
            assertThat(log.openSlices()).isZero();
        }
        try (PartitionLog log = open(directory(), SMALL)) {
            assertThat(log.logStartOffset()).isEqualTo(45);
            assertThat(read(log, 45)).hasSize(5);
        }
    }

    @Test
    void takesSlicesFromReadersThatForgetThem() throws IOException {
        try (PartitionLog log = open(directory(), SMALL)) {
            append(log, 0, "a");
            LogSlice slice = (LogSlice) log.read(0, Long.MAX_VALUE, 500);
            assertThat(log.revokeIdleSlices(Duration.ofMinutes(1))).isZero();
            assertThat(log.revokeIdleSlices(Duration.ZERO)).isEqualTo(1);
            assertThatThrownBy(slice::copy).isInstanceOf(LogSlice.SliceRevokedException.class);
        }
    }

    @Test
    void findsRecordsByTime() throws IOException {
        try (PartitionLog log = open(directory(), SMALL)) {
            for (int i = 0; i < 40; i++) {
                append(log, 2, "a", "b", "c"); // timestamps 1000, 1001, 1002
            }
            assertThat(log.offsetOfTime(0, 120)).contains(new TimedOffset(0, 1000, 2));
            assertThat(log.offsetOfTime(1002, 120)).contains(new TimedOffset(2, 1002, 2));
            assertThat(log.offsetOfTime(1003, 120)).isEmpty();
            assertThat(log.offsetOfTime(1002, 2)).isEmpty();
        }
    }

    @Test
    void compactionKeepsTheLastRecordOfEachKey() throws IOException {
        LogConfig config = SMALL.withCompaction(Duration.ZERO);
        try (PartitionLog log = open(directory(), config)) {
            for (int i = 0; i < 100; i++) {
                append(log, i / 50, "k" + i % 5 + "=" + i, "gone=" + (i == 99 ? "" : "x"));
            }
            for (int i = 0; i < 20; i++) {
                append(log, 2, "filler" + i + "=" + i);
            }
            log.advanceHighWatermark(log.logEndOffset());
            long before = log.sizeBytes();
            LogCompactor compactor = new LogCompactor(log, 1 << 16);
            LogCompactor.Result result =
                    compactor.run(System.currentTimeMillis() + 1000, Long.MAX_VALUE);
            assertThat(result.tombstonesDropped()).isEqualTo(1);
            assertThat(log.tombstoneHorizon()).isEqualTo(200);
            assertThat(log.sizeBytes()).isLessThan(before / 3);
            assertThat(read(log, 0))
                    .filteredOn(record -> !record.contains("filler"))
                    .containsExactly(
                            "190:k0=95", "192:k1=96", "194:k2=97", "196:k3=98", "198:k4=99");
            assertThat(log.endOfEpoch(0)).contains(new OffsetAndEpoch(100, 0));
        }
        try (PartitionLog log = open(directory(), config)) {
            assertThat(log.recoveryReport().outcome()).isEqualTo(Outcome.CLEAN);
            assertThat(log.recoveryReport().notes()).isEmpty();
            assertThat(read(log, 0)).contains("190:k0=95", "198:k4=99");
        }
    }

    @Test
    void takesOverChangedSettings() throws IOException {
        try (PartitionLog log = open(directory(), LogConfig.DEFAULT.withMaxMessageBytes(200))) {
            assertThat(append(log, 0, "x".repeat(300))).isInstanceOf(Rejected.class);
            log.reconfigure(LogConfig.DEFAULT.withFlush(FlushPolicy.OS).withSegmentBytes(1 << 10));
            for (int i = 0; i < 4; i++) {
                assertThat(append(log, 0, "x".repeat(300))).isInstanceOf(Appended.class);
            }
            assertThat(log.segmentCount()).isGreaterThan(1);
            assertThat(log.durableEndOffset()).isEqualTo(4);
            assertThatThrownBy(
                            () ->
                                    log.reconfigure(
                                            LogConfig.DEFAULT.withTimestampType(
                                                    TimestampType.APPEND)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void retentionDropsWholeSegmentsBelowTheHighWatermark() throws IOException {
        LogConfig config =
                SMALL.withRetention(Optional.of(Duration.ofHours(1)), OptionalLong.of(3000));
        try (PartitionLog log = open(directory(), config)) {
            for (int i = 0; i < 100; i++) {
                append(log, 0, "value " + i);
            }
            log.retain(System.currentTimeMillis());
            assertThat(log.logStartOffset()).isZero();
            log.advanceHighWatermark(100);
            log.retain(System.currentTimeMillis());
            assertThat(log.sizeBytes()).isBetween(3000L, 4100L);
            assertThat(log.logStartOffset()).isPositive();
            log.retain(System.currentTimeMillis() + Duration.ofHours(2).toMillis());
            assertThat(log.logStartOffset()).isEqualTo(100);
            append(log, 0, "goes on");
            assertThat(read(log, 100)).containsExactly("100:goes on");
        }
    }
}
