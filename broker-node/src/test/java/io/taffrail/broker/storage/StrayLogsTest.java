// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.model.BrokenInvariantException;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.StopMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StrayLogsTest {
    private static final Path DIRECTORY = Path.of("/data");
    private static final String NAME = "orders-0.00000000-0000-0001-0000-000000000002";
    private static final Path LOG = DIRECTORY.resolve("logs").resolve(NAME);
    private static final Duration HOUR = Duration.ofHours(1);

    private final SimulatedClock clock = new SimulatedClock();

    private DataDirectory open(SimulatedDisk disk) throws IOException {
        return DataDirectory.open(disk, DIRECTORY, 1, new SimulatedMachine(), clock);
    }

    /** A disk with a log of two files, all of it durable. */
    private SimulatedDisk withLog(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        open(disk).close();
        makeLog(disk);
        return disk;
    }

    private static void makeLog(SimulatedDisk disk) throws IOException {
        disk.createDirectories(LOG.resolve("deeper"));
        for (String name : List.of("00000000000000000000.log", "checkpoint", "deeper/one")) {
            try (LogFile file = disk.open(LOG.resolve(name), OpenMode.CREATE)) {
                file.force();
            }
        }
        disk.syncDirectory(LOG.resolve("deeper"));
        disk.syncDirectory(LOG);
        disk.syncDirectory(LOG.getParent());
    }

    private static List<Path> logs(SimulatedDisk disk) throws IOException {
        return disk.list(LOG.getParent());
    }

    @Test
    void setsALogAsideAndBringsItBack() throws IOException {
        SimulatedDisk disk = withLog(1);
        try (DataDirectory directory = open(disk)) {
            directory.renameToStray(LOG);
            assertThat(disk.exists(LOG)).isFalse();
            assertThat(directory.strays())
                    .containsExactly(new Stray(LOG.resolveSibling(NAME + ".stray"), Duration.ZERO));
            assertThat(directory.restoreStray(NAME)).isTrue();
            assertThat(disk.list(LOG)).hasSize(3);
            assertThat(directory.strays()).isEmpty();
            assertThat(directory.restoreStray(NAME)).isFalse();
        }
    }

    @Test
    void bringsItBackAfterARestartToo() throws IOException {
        SimulatedDisk disk = withLog(1);
        try (DataDirectory directory = open(disk)) {
            directory.renameToStray(LOG);
        }
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        try (DataDirectory directory = open(disk)) {
            assertThat(directory.restoreStray(NAME)).isTrue();
        }
        disk.powerCut(PowerCut.DROP_ALL_UNSYNCED);
        assertThat(disk.list(LOG)).hasSize(3);
    }

    @Test
    void deletesAStrayNoSoonerThanItIsOldEnough() throws IOException {
        SimulatedDisk disk = withLog(1);
        try (DataDirectory directory = open(disk)) {
            directory.renameToStray(LOG);
            clock.advance(HOUR.minusNanos(1));
            assertThat(directory.deleteStrays(HOUR)).isEmpty();
            assertThat(logs(disk)).hasSize(1);
            clock.advance(Duration.ofNanos(1));
            assertThat(directory.deleteStrays(HOUR)).hasSize(1);
            assertThat(logs(disk)).isEmpty();
            assertThat(directory.strays()).isEmpty();
        }
    }

    @Test
    void countsTheAgeFromTheStart() throws IOException {
        SimulatedDisk disk = withLog(1);
        try (DataDirectory directory = open(disk)) {
            directory.renameToStray(LOG);
        }
        clock.advance(HOUR.multipliedBy(3));
        try (DataDirectory directory = open(disk)) {
            assertThat(directory.deleteStrays(HOUR)).isEmpty();
        }
    }

    @Test
    void neverOverwritesAStrayOrANewLog() throws IOException {
        SimulatedDisk disk = withLog(1);
        try (DataDirectory directory = open(disk)) {
            directory.renameToStray(LOG);
            makeLog(disk);
            assertThatThrownBy(() -> directory.renameToStray(LOG))
                    .isInstanceOf(BrokenInvariantException.class);
            assertThatThrownBy(() -> directory.restoreStray(NAME))
                    .isInstanceOf(BrokenInvariantException.class);
            assertThat(logs(disk)).hasSize(2);
        }
    }

    @Test
    void setsAsideNothingFromElsewhere() throws IOException {
        SimulatedDisk disk = withLog(1);
        try (DataDirectory directory = open(disk)) {
            assertThatThrownBy(() -> directory.renameToStray(DIRECTORY.resolve("raft")))
                    .isInstanceOf(BrokenInvariantException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bringsBackAWholeLogOrNone(PowerCut cut) throws IOException {
        boolean finished = false;
        for (int at = 1; !finished; at++) {
            SimulatedDisk disk = withLog(at);
            try (DataDirectory directory = open(disk)) {
                directory.renameToStray(LOG);
                clock.advance(HOUR);
                disk.stopAt(disk.operations() + at, StopMode.AFTER);
                finished = deletes(directory);
            }
            disk.powerCut(cut);
            try (DataDirectory directory = open(disk)) {
                if (directory.restoreStray(NAME)) {
                    assertThat(finished).isFalse();
                    assertThat(disk.list(LOG)).hasSize(3);
                    assertThat(disk.list(LOG.resolve("deeper"))).hasSize(1);
                } else {
                    assertThat(logs(disk)).isEmpty();
                }
            }
        }
    }

    private static boolean deletes(DataDirectory directory) {
        try {
            directory.deleteStrays(HOUR);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
