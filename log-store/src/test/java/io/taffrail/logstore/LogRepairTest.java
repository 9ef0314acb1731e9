// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.TestLogs.append;
import static io.taffrail.logstore.TestLogs.batch;
import static io.taffrail.logstore.TestLogs.open;
import static io.taffrail.logstore.TestLogs.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.logstore.recovery.RecoveryReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRepairTest {
    private static final LogConfig SMALL = LogConfig.DEFAULT.withSegmentBytes(1024);

    @TempDir Path folder;

    private Path leaderDirectory() {
        return folder.resolve("leader");
    }

    private Path directory() {
        return folder.resolve("replica");
    }

    private LogRepair repair() {
        return new LogRepair(new NioFileSystem(), directory());
    }

    private void fill(PartitionLog leader, PartitionLog side) throws IOException {
        side.restartAt(leader.restartPoint());
        OptionalInt epochBefore = OptionalInt.empty();
        while (side.logEndOffset() < leader.logEndOffset()) {
            long from = side.logEndOffset();
            try (LogSlice slice = (LogSlice) leader.readVerified(from, Long.MAX_VALUE, 4096)) {
                side.appendAsFollower(slice.copy(), from, epochBefore);
                epochBefore = leader.epochOf(slice.nextOffset() - 1);
            }
        }
    }

    private List<String> writeLeaderAndDamagedReplica() throws IOException {
        try (PartitionLog leader = open(leaderDirectory(), SMALL);
                PartitionLog replica = open(directory(), SMALL)) {
            for (int i = 0; i < 60; i++) {
                leader.appendAsLeader(batch(7, 0, 2 * i, "value " + i, "b"), 0);
                replica.appendAsLeader(batch(7, 0, 2 * i, "value " + i, "b"), 0);
            }
            leader.advanceHighWatermark(120);
            leader.advanceLogStart(21); // inside an entry
        }
        Path segment = directory().resolve(String.format("%020d.log", 0));
        Files.write(segment, new byte[] {0}, StandardOpenOption.APPEND);
        try (PartitionLog leader = open(leaderDirectory(), SMALL)) {
            return read(leader, 21);
        }
    }

    @Test
    void servesWhatIsIntactAndIsRefilledBeside() throws IOException {
        List<String> expected = writeLeaderAndDamagedReplica();
        PartitionLog damaged = open(directory(), SMALL);
        assertThat(damaged.recoveryReport().outcome()).isEqualTo(Outcome.CORRUPT);
        assertThat(read(damaged, 21)).isEqualTo(expected);
        try (PartitionLog leader = open(leaderDirectory(), SMALL);
                PartitionLog side = open(repair().sideDirectory(), SMALL)) {
            fill(leader, side);
        }
        damaged.close();
        repair().swapIn();
        try (PartitionLog repaired = open(directory(), SMALL)) {
            assertThat(repaired.recoveryReport().outcome()).isEqualTo(Outcome.CLEAN);
            assertThat(repaired.logStartOffset()).isEqualTo(20);
            assertThat(read(repaired, 21)).isEqualTo(expected);
            assertThat(repaired.appendAsLeader(batch(7, 0, 118, "value 59", "b"), 0))
                    .isInstanceOf(AppendResult.Duplicate.class);
            assertThat(append(repaired, 1, "more")).isInstanceOf(AppendResult.Appended.class);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("leader", "replica");
        }
    }

    @Test
    void finishesASwapThatACrashInterrupted() throws IOException {
        List<String> expected = writeLeaderAndDamagedReplica();
        try (PartitionLog leader = open(leaderDirectory(), SMALL);
                PartitionLog side = open(repair().sideDirectory(), SMALL)) {
            fill(leader, side);
        }
        Files.move(repair().sideDirectory(), folder.resolve("replica.repaired"));
        Files.move(directory(), folder.resolve("replica.damaged"));
        repair().finish();
        try (PartitionLog repaired = open(directory(), SMALL)) {
            assertThat(read(repaired, 21)).isEqualTo(expected);
        }
        assertThat(folder.resolve("replica.damaged")).doesNotExist();
    }
}
