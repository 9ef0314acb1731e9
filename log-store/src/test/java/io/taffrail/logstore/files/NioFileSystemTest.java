// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taffrail.logstore.files.FileSystem.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NioFileSystemTest {
    private static final long PLENTY = 1L << 40;

    private static IOException german() {
        return new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
    }

    @Test
    void aWriteThatFailsWithoutRoomMetAFullDiskInWhateverLanguage() {
        assertThat(NioFileSystem.isFull(german(), 100, () -> 0)).isTrue();
        assertThat(NioFileSystem.isFull(new IOException(), 100, () -> 0)).isTrue();
    }

    @Test
    void aWriteThatFailsWithRoomEnoughMetSomethingElse() {
        assertThat(NioFileSystem.isFull(new IOException("Input/output error"), 100, () -> PLENTY))
                .isFalse();
        assertThat(NioFileSystem.isFull(new IOException(), 100, () -> PLENTY)).isFalse();
    }

    @Test
    void quotasDoNotShowInTheRoomThatIsLeft() {
        IOException quota = new IOException("Disk quota exceeded");
        assertThat(NioFileSystem.isFull(quota, 100, () -> PLENTY)).isTrue();
    }

    @Test
    void aDeviceWithoutRoomIsAFullDisk() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        try (LogFile file = new NioFileSystem().open(full, OpenMode.READ_WRITE)) {
            assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(10)))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("/dev/full");
        }
    }
}
