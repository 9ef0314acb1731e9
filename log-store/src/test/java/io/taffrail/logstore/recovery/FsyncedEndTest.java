// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.files.NioFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FsyncedEndTest {
    private final NioFileSystem files = new NioFileSystem();

    @TempDir Path folder;

    private long read() throws IOException {
        try (FsyncedEnd end = FsyncedEnd.read(files, folder)) {
            return end.offset();
        }
    }

    @Test
    void tellsTheLastThatWasWritten() throws IOException {
        assertThat(read()).isZero();
        try (FsyncedEnd end = FsyncedEnd.read(files, folder)) {
            for (long offset : new long[] {5, 9, 9, 30}) {
                end.write(offset);
                assertThat(read()).isEqualTo(offset);
            }
        }
    }

    @Test
    void aTornWriteLeavesTheOneBefore() throws IOException {
        try (FsyncedEnd end = FsyncedEnd.read(files, folder)) {
            end.write(5);
            end.write(9);
        }
        Path file = folder.resolve(FsyncedEnd.FILE_NAME);
        byte[] bytes = Files.readAllBytes(file);
        bytes[8] ^= 1; // the second write went to the first sector
        Files.write(file, bytes);
        assertThat(read()).isEqualTo(5);
    }

    @Test
    void claimsNoMoreAfterItWasLowered() throws IOException {
        try (FsyncedEnd end = FsyncedEnd.read(files, folder)) {
            end.write(5);
            end.write(9);
            end.lower(7);
            assertThat(read()).isEqualTo(7);
            Path file = folder.resolve(FsyncedEnd.FILE_NAME);
            for (int sector = 0; sector < 2; sector++) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[512 * sector] ^= 1;
                Files.write(file, bytes);
                assertThat(read()).isLessThanOrEqualTo(7);
                bytes[512 * sector] ^= 1;
                Files.write(file, bytes);
            }
        }
    }
}
