// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.logstore.files.NioFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data directory on a real disk: its lock, and its files as people see them. */
final class DirectoryLockTest {
    @TempDir private Path temporary;

    private DataDirectory open(Path directory) throws DataDirectoryException {
        return DataDirectory.open(new NioFileSystem(), directory, 1);
    }

    @Test
    void keepsASecondOneOut() throws IOException {
        Path directory = temporary.resolve("a/b/data");
        try (DataDirectory first = open(directory)) {
            assertThat(first.path()).isEqualTo(directory);
            assertThatThrownBy(() -> open(directory))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining(directory + " is in use")
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining(directory.resolve("lock").toString());
        }
        open(directory).close();
    }

    @Test
    void letsGoWhenOpeningFails() throws IOException {
        Path foreign = Files.writeString(temporary.resolve("holiday.jpg"), "x");
        assertThatThrownBy(() -> open(temporary)).isInstanceOf(DataDirectoryException.class);
        Files.delete(foreign);
        open(temporary).close();
    }

    @Test
    void refusesAFileInPlaceOfADirectory() throws IOException {
        Path file = Files.writeString(temporary.resolve("data"), "x");
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("It must be a directory");
    }

    @Test
    void writesFilesThatPeopleCanRead() throws IOException {
        try (DataDirectory directory = open(temporary)) {
            directory.joinCluster("c-1");
            assertThat(Files.readString(temporary.resolve("node.properties")))
                    .matches(
                            "taffrail-node 1\nformat_version 1\nnode_id 1\ndirectory_id "
                                    + directory.directoryId()
                                    + "\ncluster_id c-1\ncrc32c [0-9a-f]{8}\n");
            directory.storeBrokerEpoch(7);
            assertThat(Files.readString(temporary.resolve("broker-state")))
                    .matches(
                            "taffrail-broker-state 1\nbroker_epoch 7\n(boot_id \\S+\n)?"
                                    + "metadata_term 0\nmetadata_index 0\ncrc32c [0-9a-f]{8}\n");
        }
    }
}
