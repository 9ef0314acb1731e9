// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.files.NioFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanMarkTest {
    private final NioFileSystem files = new NioFileSystem();

    @TempDir Path folder;

    @Test
    void countsOnce() throws IOException {
        CleanMark mark = new CleanMark(42, Map.of("orders-3.id", 17L, "a name with spaces", 0L));
        mark.write(files, folder);
        assertThat(CleanMark.take(files, folder)).contains(mark);
        assertThat(CleanMark.take(files, folder)).isEmpty();
    }

    @Test
    void doesNotCountWhenDamaged() throws IOException {
        new CleanMark(42, Map.of("orders-3.id", 17L)).write(files, folder);
        Path file = folder.resolve("clean-shutdown");
        Files.writeString(file, Files.readString(file).replace("17", "71"));
        assertThat(CleanMark.take(files, folder)).isEmpty();
        assertThat(file).doesNotExist();
    }
}
