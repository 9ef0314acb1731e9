// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the real file system and the simulated one do alike, as long as nothing fails. */
abstract class FileSystemContract {
    private FileSystem files;
    private Path dir;

    abstract FileSystem fileSystem();

    /** An empty directory that exists. */
    abstract Path directory() throws IOException;

    @BeforeEach
    void setUp() throws IOException {
        files = fileSystem();
        dir = directory();
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            file.write(0, bytes("hello "), bytes(""), bytes("world"));
            file.write(6, bytes("earth"));
            file.write(11, bytes("!"));
            assertThat(read(file, 0, 100)).isEqualTo("hello earth!");
            assertThat(read(file, 6, 5)).isEqualTo("earth");
            assertThat(file.size()).isEqualTo(12);
        }
        assertThat(files.size(dir.resolve("a"))).isEqualTo(12);
    }

    @Test
    void gathersInTheMiddleOfAFile() throws IOException {
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            file.write(0, bytes("0123456789"));
            file.write(2, bytes("ab"), bytes("cd"));
            file.write(8, bytes("x"), bytes("yz"));
            assertThat(read(file, 0, 100)).isEqualTo("01abcd67xyz");
        }
    }

    @Test
    void consumesItsSources() throws IOException {
        ByteBuffer first = bytes("first").position(2);
        ByteBuffer second = bytes("second").limit(3);
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            file.write(0, first, second);
            assertThat(read(file, 0, 100)).isEqualTo("rstsec");
        }
        assertThat(first.hasRemaining()).isFalse();
        assertThat(second.position()).isEqualTo(3);
    }

    @Test
    void readsZerosFromAHole() throws IOException {
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            file.write(10_000, bytes("x"));
            assertThat(file.size()).isEqualTo(10_001);
            assertThat(read(file, 0, 10_001)).isEqualTo("\0".repeat(10_000) + "x");
        }
    }

    @Test
    void doesNotGrowByAnEmptyWrite() throws IOException {
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            file.write(100, bytes(""));
            assertThat(file.size()).isZero();
        }
    }

    @Test
    void readsNothingAtOrBeyondTheEnd() throws IOException {
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            file.write(0, bytes("abc"));
            assertThat(file.read(3, ByteBuffer.allocate(10))).isZero();
            assertThat(file.read(1000, ByteBuffer.allocate(10))).isZero();
            assertThat(file.read(2, ByteBuffer.allocate(10))).isEqualTo(1);
            assertThat(file.read(0, ByteBuffer.allocate(0))).isZero();
        }
    }

    @Test
    void truncates() throws IOException {
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            file.write(0, bytes("0123456789"));
            file.truncate(20);
            assertThat(file.size()).isEqualTo(10);
            file.truncate(4);
            assertThat(file.size()).isEqualTo(4);
            file.write(8, bytes("x"));
            assertThat(read(file, 0, 100)).isEqualTo("0123\0\0\0\0x");
            file.truncate(0);
            assertThat(read(file, 0, 100)).isEmpty();
        }
    }

    @Test
    void transfersWithinTheFile() throws IOException {
        String text = "0123456789".repeat(20_000);
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            file.write(0, bytes(text));
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            long count = file.transferTo(5, 150_000, Channels.newChannel(sent));
            assertThat(count).isEqualTo(150_000);
            assertThat(sent.toString(UTF_8)).isEqualTo(text.substring(5, 150_005));
            assertThat(file.transferTo(199_998, 10, Channels.newChannel(sent))).isEqualTo(2);
            assertThat(file.transferTo(200_000, 10, Channels.newChannel(sent))).isZero();
            assertThat(file.transferTo(300_000, 10, Channels.newChannel(sent))).isZero();
        }
    }

    @Test
    void keepsAnExistingFileAsItIs() throws IOException {
        writeFile("a", "kept");
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            assertThat(read(file, 0, 100)).isEqualTo("kept");
        }
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.READ_WRITE)) {
            file.write(1, bytes("i"));
        }
        assertThat(readFile("a")).isEqualTo("kipt");
    }

    @Test
    void opensOnlyWhatIsThereUnlessToldToCreate() {
        for (OpenMode mode : new OpenMode[] {OpenMode.READ, OpenMode.READ_WRITE}) {
            assertThatExceptionOfType(NoSuchFileException.class)
                    .isThrownBy(() -> files.open(dir.resolve("a"), mode));
        }
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.open(dir.resolve("no/a"), OpenMode.CREATE));
    }

    @Test
    void opensNoDirectoryForWriting() throws IOException {
        files.createDirectories(dir.resolve("sub"));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> files.open(dir.resolve("sub"), OpenMode.READ_WRITE));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> files.open(dir.resolve("sub"), OpenMode.CREATE));
    }

    @Test
    void refusesToWriteWhatWasOpenedForReading() throws IOException {
        writeFile("a", "abc");
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.READ)) {
            assertThatExceptionOfType(NonWritableChannelException.class)
                    .isThrownBy(() -> file.write(0, bytes("x")));
            assertThatExceptionOfType(NonWritableChannelException.class)
                    .isThrownBy(() -> file.truncate(0));
        }
        assertThat(readFile("a")).isEqualTo("abc");
    }

    @Test
    void refusesAClosedFile() throws IOException {
        LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE);
        file.close();
        file.close();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> file.write(0, bytes("x")));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> file.read(0, ByteBuffer.allocate(1)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(file::force);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(file::size);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> file.truncate(0));
    }

    @Test
    void refusesNegativePositions() throws IOException {
        try (LogFile file = files.open(dir.resolve("a"), OpenMode.CREATE)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> file.write(-1, bytes("x")));
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> file.read(-1, ByteBuffer.allocate(1)));
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> file.truncate(-1));
        }
    }

    @Test
    void listsByName() throws IOException {
        writeFile("b", "");
        writeFile("a", "");
        files.createDirectories(dir.resolve("Z"));
        writeFile("10", "");
        writeFile("9", "");
        writeFile("a.log", "");
        assertThat(files.list(dir))
                .containsExactly(
                        dir.resolve("10"),
                        dir.resolve("9"),
                        dir.resolve("Z"),
                        dir.resolve("a"),
                        dir.resolve("a.log"),
                        dir.resolve("b"));
    }

    @Test
    void listsOnlyDirectories() throws IOException {
        writeFile("a", "");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.list(dir.resolve("no")));
        assertThatExceptionOfType(NotDirectoryException.class)
                .isThrownBy(() -> files.list(dir.resolve("a")));
    }

    @Test
    void createsDirectoriesWhereMissing() throws IOException {
        files.createDirectories(dir.resolve("a/b/c"));
        files.createDirectories(dir.resolve("a/b/c"));
        assertThat(files.isDirectory(dir.resolve("a/b/c"))).isTrue();
        assertThat(files.exists(dir.resolve("a/b"))).isTrue();
        assertThat(files.list(dir.resolve("a/b/c"))).isEmpty();
    }

    @Test
    void createsNoDirectoryOverAFile() throws IOException {
        writeFile("a", "");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> files.createDirectories(dir.resolve("a")));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> files.createDirectories(dir.resolve("a/b")));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> files.open(dir.resolve("a/b"), OpenMode.CREATE));
    }

    @Test
    void tellsFilesFromDirectories() throws IOException {
        writeFile("a", "");
        assertThat(files.exists(dir.resolve("a"))).isTrue();
        assertThat(files.isDirectory(dir.resolve("a"))).isFalse();
        assertThat(files.isDirectory(dir)).isTrue();
        assertThat(files.exists(dir.resolve("no"))).isFalse();
        assertThat(files.exists(dir.resolve("a/below-a-file"))).isFalse();
        assertThat(files.isDirectory(dir.resolve("no"))).isFalse();
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.size(dir.resolve("no")));
    }

    @Test
    void renamesOverAFile() throws IOException {
        writeFile("a", "new");
        writeFile("b", "old");
        files.rename(dir.resolve("a"), dir.resolve("b"));
        assertThat(files.list(dir)).containsExactly(dir.resolve("b"));
        assertThat(readFile("b")).isEqualTo("new");
        files.rename(dir.resolve("b"), dir.resolve("b"));
        assertThat(readFile("b")).isEqualTo("new");
    }

    @Test
    void renamesDirectoriesWithTheirContent() throws IOException {
        files.createDirectories(dir.resolve("a/b"));
        writeFile("a/b/file", "text");
        files.createDirectories(dir.resolve("empty"));
        files.rename(dir.resolve("a"), dir.resolve("empty"));
        assertThat(readFile("empty/b/file")).isEqualTo("text");
        files.rename(dir.resolve("empty/b"), dir.resolve("b"));
        assertThat(readFile("b/file")).isEqualTo("text");
        assertThat(files.list(dir)).containsExactly(dir.resolve("b"), dir.resolve("empty"));
    }

    @Test
    void refusesRenamesThatCannotBe() throws IOException {
        writeFile("file", "");
        files.createDirectories(dir.resolve("full/sub"));
        files.createDirectories(dir.resolve("other/sub"));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.rename(dir.resolve("no"), dir.resolve("x")));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.rename(dir.resolve("file"), dir.resolve("no/x")));
        refusesRename("file", "full");
        refusesRename("full", "file");
        refusesRename("full", "other");
        refusesRename("full", "full/sub/x");
    }

    private void refusesRename(String from, String to) {
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> files.rename(dir.resolve(from), dir.resolve(to)));
    }

    @Test
    void deletesFilesAndEmptyDirectories() throws IOException {
        writeFile("a", "");
        files.createDirectories(dir.resolve("full/sub"));
        files.delete(dir.resolve("a"));
        assertThatExceptionOfType(DirectoryNotEmptyException.class)
                .isThrownBy(() -> files.delete(dir.resolve("full")));
        files.delete(dir.resolve("full/sub"));
        files.delete(dir.resolve("full"));
        assertThat(files.list(dir)).isEmpty();
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.delete(dir.resolve("a")));
    }

    @Test
    void keepsOpenFilesReadableWhenTheirNamesAreGone() throws IOException {
        writeFile("a", "first");
        writeFile("b", "second");
        try (LogFile a = files.open(dir.resolve("a"), OpenMode.READ_WRITE);
                LogFile b = files.open(dir.resolve("b"), OpenMode.READ_WRITE)) {
            files.delete(dir.resolve("a"));
            writeFile("c", "third");
            files.rename(dir.resolve("c"), dir.resolve("b"));
            a.write(5, bytes("!"));
            a.force();
            assertThat(read(a, 0, 100)).isEqualTo("first!");
            assertThat(read(b, 0, 100)).isEqualTo("second");
            assertThat(readFile("b")).isEqualTo("third");
        }
    }

    @Test
    void sharesAFileBetweenItsHandles() throws IOException {
        try (LogFile one = files.open(dir.resolve("a"), OpenMode.CREATE);
                LogFile other = files.open(dir.resolve("a"), OpenMode.READ)) {
            one.write(0, bytes("seen"));
            assertThat(read(other, 0, 100)).isEqualTo("seen");
            other.force();
        }
    }

    @Test
    void syncsDirectoriesThatExist() throws IOException {
        files.syncDirectory(dir);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.syncDirectory(dir.resolve("no")));
        assertThat(files.usableBytes(dir)).isPositive().isLessThanOrEqualTo(files.totalBytes(dir));
    }

    private void writeFile(String name, String text) throws IOException {
        try (LogFile file = files.open(dir.resolve(name), OpenMode.CREATE)) {
            file.write(0, bytes(text));
        }
    }

    private String readFile(String name) throws IOException {
        try (LogFile file = files.open(dir.resolve(name), OpenMode.READ)) {
            return read(file, 0, 1000);
        }
    }

    private static String read(LogFile file, long position, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        int count = file.read(position, target);
        assertThat(count).isEqualTo(target.position());
        return new String(target.array(), 0, count, UTF_8);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
