// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.BrokenInvariantException;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.testsupport.Operation;
import io.taffrail.testsupport.Operation.Kind;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class DataDirectoryTest {
    private static final Path DIRECTORY = Path.of("/srv/taffrail");

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SimulatedMachine machine = new SimulatedMachine();
    private final SimulatedClock clock = new SimulatedClock();

    private DataDirectory open(int nodeId) throws DataDirectoryException {
        return DataDirectory.open(disk, DIRECTORY, nodeId, machine, clock);
    }

    private void file(String name) throws IOException {
        file(name, "");
    }

    private void file(String name, String content) throws IOException {
        disk.createDirectories(DIRECTORY);
        try (LogFile file = disk.open(DIRECTORY.resolve(name), OpenMode.CREATE)) {
            file.write(0, ByteBuffer.wrap(content.getBytes(US_ASCII)));
            file.force();
        }
    }

    /** The examples in docs/format.md; their checksums were computed outside of the project. */
    @Test
    void readsTheExamplesInTheDescriptionOfTheFormat() throws IOException {
        file(
                "node.properties",
                """
                taffrail-node 1
                format_version 1
                node_id 3
                directory_id 3f2b6f0e-6d0c-4a53-9a53-1c8a1f4f6d11
                cluster_id orders-eu
                crc32c e2493e6c
                """);
        file(
                "broker-state",
                """
                taffrail-broker-state 1
                broker_epoch 17
                boot_id 0c0c7b6e-2f5e-4a39-a2b5-7f0e6d1d8a55
                metadata_term 2
                metadata_index 40
                crc32c 0743b758
                """);
        try (DataDirectory directory = open(3)) {
            assertThat(directory.directoryId()).hasToString("3f2b6f0e-6d0c-4a53-9a53-1c8a1f4f6d11");
            assertThat(directory.clusterId()).contains("orders-eu");
            assertThat(directory.brokerEpoch()).isEqualTo(OptionalLong.of(17));
            assertThat(directory.appliedMetadata()).isEqualTo(new MetadataVersion(2, 40));
        }
    }

    @Test
    void givesAnEmptyDirectoryAnIdentityThatStays() throws IOException {
        DirectoryId id;
        try (DataDirectory first = open(3)) {
            id = first.directoryId();
            assertThat(first.path()).isEqualTo(DIRECTORY);
            assertThat(first.raftDirectory()).isEqualTo(DIRECTORY.resolve("raft"));
            assertThat(disk.isDirectory(first.logsDirectory())).isTrue();
            assertThat(first.clusterId()).isEmpty();
            assertThat(first.brokerEpoch()).isEmpty();
            assertThat(first.appliedMetadata()).isEqualTo(MetadataVersion.NONE);
            assertThat(first.cleanMark()).isEmpty();
            assertThat(first.sameBoot()).isFalse();
        }
        try (DataDirectory second = open(3)) {
            assertThat(second.directoryId()).isEqualTo(id);
        }
    }

    @Test
    void remembersWhatItWasTold() throws IOException {
        try (DataDirectory first = open(3)) {
            first.joinCluster("c-1");
            first.storeBrokerEpoch(17);
            first.storeAppliedMetadata(new MetadataVersion(2, 40));
        }
        try (DataDirectory second = open(3)) {
            assertThat(second.clusterId()).contains("c-1");
            assertThat(second.brokerEpoch()).isEqualTo(OptionalLong.of(17));
            assertThat(second.appliedMetadata()).isEqualTo(new MetadataVersion(2, 40));
        }
    }

    @Test
    void takesTheCleanMarkOnce() throws IOException {
        CleanMark mark = new CleanMark(17, Map.of("orders-0", 12L));
        try (DataDirectory directory = open(3)) {
            directory.writeCleanMark(mark);
        }
        try (DataDirectory directory = open(3)) {
            assertThat(directory.cleanMark()).contains(mark);
        }
        try (DataDirectory directory = open(3)) {
            assertThat(directory.cleanMark()).isEmpty();
        }
    }

    @Test
    void leavesTheCleanMarkToTheNodeThatWroteIt() throws IOException {
        CleanMark mark = new CleanMark(17, Map.of());
        try (DataDirectory directory = open(3)) {
            directory.writeCleanMark(mark);
        }
        assertThatThrownBy(() -> open(4)).isInstanceOf(DataDirectoryException.class);
        try (DataDirectory directory = open(3)) {
            assertThat(directory.cleanMark()).contains(mark);
        }
    }

    @Test
    void refusesAnotherNodesDirectory() throws IOException {
        open(3).close();
        assertThatThrownBy(() -> open(4))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("/srv/taffrail belongs to node 3, this is node 4")
                .hasMessageContaining("Set node.id to 3, or data.dir to");
    }

    @Test
    void refusesAnotherCluster() throws IOException {
        try (DataDirectory directory = open(3)) {
            directory.joinCluster("c-1");
            directory.joinCluster("c-1");
            assertThatThrownBy(() -> directory.joinCluster("c-2"))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("belongs to cluster c-1, not c-2");
            assertThat(directory.clusterId()).contains("c-1");
        }
    }

    @Test
    void refusesANewerFormat() throws IOException {
        open(3).close();
        new SmallFile(disk, DIRECTORY.resolve("node.properties"), "taffrail-node 1")
                .replace(List.of("format_version 2", "node_id 3", "owner whoever"));
        assertThatThrownBy(() -> open(3))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining(
                        "has format version 2, this version of Taffrail reads up to 1")
                .hasMessageContaining("Nothing was changed");
    }

    @Test
    void refusesADamagedIdentity() throws IOException {
        open(3).close();
        disk.flipBit(DIRECTORY.resolve("node.properties"), 30, 2);
        assertThatThrownBy(() -> open(3))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("/srv/taffrail/node.properties is damaged")
                .hasMessageContaining("bring the file back from a backup");
    }

    @Test
    void refusesAnIdentityThatLacksALine() throws IOException {
        open(3).close();
        new SmallFile(disk, DIRECTORY.resolve("node.properties"), "taffrail-node 1")
                .replace(List.of("format_version 1", "node_id 3"));
        assertThatThrownBy(() -> open(3))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("it has no line 'directory_id'");
    }

    @Test
    void refusesToForgetTheBrokersState() throws IOException {
        open(3).close();
        disk.deleteQuietly(DIRECTORY.resolve("broker-state"));
        assertThatThrownBy(() -> open(3))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("broker-state is damaged: it is gone");
    }

    @Test
    void refusesADirectoryThatLostItsIdentity() throws IOException {
        open(3).close();
        disk.deleteQuietly(DIRECTORY.resolve("node.properties"));
        assertThatThrownBy(() -> open(3))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("/srv/taffrail has no node.properties, and is not empty")
                .hasMessageContaining("it holds logs");
    }

    @Test
    void refusesADirectoryOfSomebodyElse() throws IOException {
        file("holiday.jpg");
        assertThatThrownBy(() -> open(3))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("it holds holiday.jpg");
        assertThat(disk.list(DIRECTORY)).containsExactly(DIRECTORY.resolve("holiday.jpg"));
    }

    @Test
    void takesAFreshFileSystemForEmpty() throws IOException {
        file("lost+found");
        file(".snapshot");
        open(3).close();
    }

    @Test
    void refusesADirectoryThatCannotBeWritten() {
        disk.failAlways(
                Operation.matching(Kind.CREATE, "*"), () -> new IOException("Permission denied"));
        assertThatThrownBy(() -> open(3))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("cannot use the data directory /srv/taffrail")
                .hasMessageContaining("Permission denied")
                .hasMessageContaining("allowed to read and write");
    }

    @Test
    void saysThatTheDiskFailedToRemember() throws IOException {
        try (DataDirectory directory = open(3)) {
            disk.failNext(Operation.matching(Kind.FORCE, "*"), new IOException("bad sector"));
            assertThatThrownBy(() -> directory.storeBrokerEpoch(5))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("bad sector");
            assertThat(directory.brokerEpoch()).isEmpty();
        }
    }

    @Test
    void refusesControllersThatForgotItsRegistration() throws IOException {
        try (DataDirectory directory = open(3)) {
            directory.storeBrokerEpoch(5);
            assertThatThrownBy(() -> directory.storeBrokerEpoch(4))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("broker epoch 5, and the controllers now give 4");
            assertThat(directory.brokerEpoch()).isEqualTo(OptionalLong.of(5));
        }
    }

    @Test
    void neverGoesBackInTheMetadata() throws IOException {
        try (DataDirectory directory = open(3)) {
            directory.storeAppliedMetadata(new MetadataVersion(2, 10));
            assertThatThrownBy(() -> directory.storeAppliedMetadata(new MetadataVersion(1, 99)))
                    .isInstanceOf(BrokenInvariantException.class);
        }
    }

    @Test
    void writesNothingThatItHasWritten() throws IOException {
        try (DataDirectory directory = open(3)) {
            directory.storeAppliedMetadata(new MetadataVersion(2, 10));
            long before = disk.operations();
            directory.storeAppliedMetadata(new MetadataVersion(2, 10));
            assertThat(disk.operations()).isEqualTo(before);
        }
    }

    @Test
    void knowsThatNoMoreThanTheProcessDied() throws IOException {
        try (DataDirectory directory = open(3)) {
            directory.storeBrokerEpoch(5);
        }
        try (DataDirectory directory = open(3)) {
            assertThat(directory.sameBoot()).isTrue();
        }
    }

    @Test
    void knowsThatTheKernelIsAnotherUntilTheNodeRegistered() throws IOException {
        try (DataDirectory directory = open(3)) {
            directory.storeBrokerEpoch(5);
        }
        machine.reboot();
        open(3).close(); // this one died before it told anybody
        try (DataDirectory directory = open(3)) {
            assertThat(directory.sameBoot()).isFalse();
            directory.storeBrokerEpoch(6);
        }
        try (DataDirectory directory = open(3)) {
            assertThat(directory.sameBoot()).isTrue();
        }
    }
}
