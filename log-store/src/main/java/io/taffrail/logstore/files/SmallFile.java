// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.logstore.files.FileSystem.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A few lines of text that are replaced whole: write beside, force, rename, force the directory
 * (P20). The first line names kind and version, the last one is the CRC-32C of all before it, in
 * hexadecimal. Text, so that a person who is paged can read it.
 */
public record SmallFile(FileSystem files, Path path, String kind) {
    /**
     * The suffix of a file that was being written when the process died: to be deleted at the next
     * start.
     */
    public static final String UNFINISHED_SUFFIX = ".tmp";

    private static final String CHECKSUM = "crc32c ";

    /**
     * Replaces the file. Durable when this returns; before that, a crash leaves the old contents or
     * the new.
     */
    public void replace(List<String> lines) throws IOException {
        String body = kind + "\n" + String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
        byte[] bytes = (body + CHECKSUM + checksum(body) + "\n").getBytes(UTF_8);
        Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED_SUFFIX);
        try (LogFile file = files.open(unfinished, OpenMode.CREATE)) {
            file.truncate(0);
            file.write(0, ByteBuffer.wrap(bytes));
            file.force();
        }
        files.rename(unfinished, path);
        files.syncDirectory(path.toAbsolutePath().getParent());
    }

    /**
     * The lines between the first and the last; empty if there is no such file.
     *
     * @throws DamagedFileException if the kind or the checksum is not what it should be
     */
    public Optional<List<String>> read() throws IOException {
        byte[] bytes;
        try (LogFile file = files.open(path, OpenMode.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(0, buffer);
            bytes = buffer.array();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        String text = new String(bytes, UTF_8);
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0
                || !text.substring(end)
                        .equals(CHECKSUM + checksum(text.substring(0, end)) + "\n")) {
            throw new DamagedFileException(path, "its checksum does not match its contents");
        }
        List<String> lines = text.substring(0, end).lines().toList();
        if (!lines.get(0).equals(kind)) {
            throw new DamagedFileException(
                    path, "it begins with '" + lines.get(0) + "', expected '" + kind + "'");
        }
        return Optional.of(lines.subList(1, lines.size()));
    }

    private static String checksum(String body) {
        return String.format("%08x", Checksum.of(ByteBuffer.wrap(body.getBytes(UTF_8))));
    }
}
