// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.StopMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The power goes off at each operation in turn; then the directory opens as before or as after. */
final class DataDirectoryCrashTest {
    private static final Path DIRECTORY = Path.of("/srv/taffrail/data");
    private static final MetadataVersion OLD = new MetadataVersion(1, 10);
    private static final MetadataVersion NEW = new MetadataVersion(1, 11);

    /** What is stored while the power goes off. */
    private interface Step {
        void run(DataDirectory directory) throws IOException;
    }

    /** What holds after it; {@code finished}: the step had returned. */
    private interface Check {
        void run(DataDirectory directory, boolean finished);
    }

    private static Stream<Arguments> crashes() {
        return Arrays.stream(StopMode.values())
                .flatMap(
                        mode ->
                                Arrays.stream(PowerCut.values())
                                        .map(cut -> Arguments.of(mode, cut)));
    }

    private static DataDirectory open(SimulatedDisk disk) throws IOException {
        return DataDirectory.open(disk, DIRECTORY, 1, new SimulatedMachine(), new SimulatedClock());
    }

    private static SimulatedDisk prepared(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        try (DataDirectory directory = open(disk)) {
            directory.storeBrokerEpoch(5);
            directory.storeAppliedMetadata(OLD);
        }
        return disk;
    }

    /**
     * Runs the step with a crash at its first operation, its second, and so on, until none is left.
     */
    private static void crashAtEach(StopMode mode, PowerCut cut, Step step, Check check)
            throws IOException {
        boolean finished = false;
        for (int at = 1; !finished; at++) {
            SimulatedDisk disk = prepared(at);
            try (DataDirectory directory = open(disk)) {
                disk.stopAt(disk.operations() + at, mode);
                finished = succeeds(() -> step.run(directory));
            }
            disk.powerCut(cut);
            try (DataDirectory directory = open(disk)) {
                check.run(directory, finished);
            }
            assertThat(at).as("operations of one step").isLessThan(50);
        }
    }

    private static boolean succeeds(Storing storing) {
        try {
            storing.run();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private interface Storing {
        void run() throws IOException;
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void formatsAgainWhatWasNotFormattedToItsEnd(StopMode mode, PowerCut cut) throws IOException {
        boolean finished = false;
        for (int at = 1; !finished; at++) {
            SimulatedDisk disk = new SimulatedDisk(at);
            disk.stopAt(at, mode);
            Optional<DirectoryId> id = formatted(disk);
            finished = id.isPresent();
            disk.powerCut(cut);
            try (DataDirectory directory = open(disk)) {
                id.ifPresent(before -> assertThat(directory.directoryId()).isEqualTo(before));
                assertThat(disk.isDirectory(directory.logsDirectory())).isTrue();
            }
            assertThat(at).as("operations of formatting").isLessThan(100);
        }
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void formatsAgainAfterTheProcessDied(StopMode mode, PowerCut cut) throws IOException {
        boolean finished = false;
        for (int at = 1; !finished; at++) {
            SimulatedDisk disk = new SimulatedDisk(at);
            disk.stopAt(at, mode);
            finished = formatted(disk).isPresent();
            disk.processCrash();
            DirectoryId id;
            try (DataDirectory directory = open(disk)) {
                id = directory.directoryId();
            }
            disk.powerCut(cut); // what the dead process made is as durable as what the second did
            try (DataDirectory directory = open(disk)) {
                assertThat(directory.directoryId()).isEqualTo(id);
            }
        }
    }

    private static Optional<DirectoryId> formatted(SimulatedDisk disk) {
        try (DataDirectory directory = open(disk)) {
            return Optional.of(directory.directoryId());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void hasTheOldBrokerEpochOrTheNew(StopMode mode, PowerCut cut) throws IOException {
        crashAtEach(
                mode,
                cut,
                directory -> directory.storeBrokerEpoch(6),
                (directory, finished) -> {
                    assertThat(directory.brokerEpoch())
                            .isIn(
                                    finished ? OptionalLong.of(6) : OptionalLong.of(5),
                                    OptionalLong.of(6));
                    assertThat(directory.appliedMetadata()).isEqualTo(OLD);
                });
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void hasTheOldAppliedMetadataOrTheNew(StopMode mode, PowerCut cut) throws IOException {
        crashAtEach(
                mode,
                cut,
                directory -> directory.storeAppliedMetadata(NEW),
                (directory, finished) -> {
                    assertThat(directory.appliedMetadata()).isIn(finished ? NEW : OLD, NEW);
                    assertThat(directory.brokerEpoch()).isEqualTo(OptionalLong.of(5));
                });
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void hasNoClusterOrTheOneItJoined(StopMode mode, PowerCut cut) throws IOException {
        crashAtEach(
                mode,
                cut,
                directory -> directory.joinCluster("c-1"),
                (directory, finished) ->
                        assertThat(directory.clusterId())
                                .isIn(
                                        finished ? Optional.of("c-1") : Optional.empty(),
                                        Optional.of("c-1")));
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void hasNoCleanMarkOrTheWholeOne(StopMode mode, PowerCut cut) throws IOException {
        CleanMark mark = new CleanMark(5, Map.of("orders-0", 12L, "orders-1", 0L));
        crashAtEach(
                mode,
                cut,
                directory -> directory.writeCleanMark(mark),
                (directory, finished) ->
                        assertThat(directory.cleanMark())
                                .isIn(
                                        finished ? Optional.of(mark) : Optional.empty(),
                                        Optional.of(mark)));
    }
}
