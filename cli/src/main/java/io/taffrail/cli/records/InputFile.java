// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.cli.CommandFailedException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A file of lines that a command was given; {@code -} and none at all are stdin. */
public final class InputFile {
    private InputFile() {}

    /**
     * Opens it. Not buffered.
     *
     * @throws IOException that says in words what is wrong with the file
     */
    public static InputStream open(Optional<Path> file, InputStream stdin) throws IOException {
        if (file.isEmpty() || file.get().toString().equals("-")) {
            return stdin;
        }
        Path path = file.get();
        if (Files.isDirectory(path)) {
            throw new CommandFailedException(path + ": this is a directory, not a file of lines");
        }
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isReadable(path)) {
            throw new CommandFailedException(path + ": permission denied");
        }
        return new FileInputStream(path.toFile());
    }
}
