// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.files.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

final class SimulatedDiskContractTest extends FileSystemContract {
    private final SimulatedDisk disk = new SimulatedDisk(1);

    @Override
    FileSystem fileSystem() {
        return disk;
    }

    @Override
    Path directory() throws IOException {
        Path directory = Path.of("/data/log");
        disk.createDirectories(directory);
        return directory;
    }

    @AfterEach
    void leaksNoHandle() {
        assertThat(disk.openPaths()).isEmpty();
    }
}
