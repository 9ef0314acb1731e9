// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.NioFileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class NioFileSystemContractTest extends FileSystemContract {
    @TempDir private Path directory;

    @Override
    FileSystem fileSystem() {
        return new NioFileSystem();
    }

    @Override
    Path directory() {
        return directory;
    }
}
