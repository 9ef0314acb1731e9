// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.logstore.LogDirectories;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.logstore.inspect.LogFiles;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The directory that a command works on, and whose log is in it. */
final class LogDirectory {
    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "The directory of a partition's log.")
    private Path path;

    @Option(
            names = "--identity",
            paramLabel = "TOPIC-PARTITION.TOPIC_ID",
            converter = Identity.class,
            description =
                    "Whose log it is, where neither the checkpoint in DIR nor the name of DIR says."
                            + " The topic id is part of every checksum.")
    private TopicPartition identity;

    /** The name that a server gives the directory. */
    static final class Identity implements ITypeConverter<TopicPartition> {
        @Override
        public TopicPartition convert(String value) {
            try {
                return TopicPartition.parseDirectoryName(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private final FileSystem files = new NioFileSystem();

    /** As it was given, for messages. */
    Path path() {
        return path;
    }

    /** With a name at its end, also where {@code .} was given. */
    Path absolutePath() {
        return path.toAbsolutePath().normalize();
    }

    FileSystem files() {
        return files;
    }

    /** The log that is there, to be looked at. */
    LogFiles existing() throws IOException {
        requireDirectory();
        if (!files.exists(path)) {
            throw new CommandFailedException(path + ": there is no such directory");
        }
        Optional<TopicPartition> partition = partition();
        if (partition.isPresent()) {
            return new LogFiles(files, path, partition.get());
        }
        if (!LogFiles.isLog(files, path)) {
            throw new CommandFailedException(
                    path + ": this is no log: it has no checkpoint and no file of entries");
        }
        throw unknownIdentity();
    }

    /**
     * Whose log is there.
     *
     * @return empty if there is none: the directory is missing or empty
     * @throws CommandFailedException if something else is there
     */
    Optional<TopicPartition> partitionToAppendTo() throws IOException {
        requireDirectory();
        if (!files.exists(path)) {
            return partition();
        }
        Optional<TopicPartition> partition = partition();
        if (partition.isPresent() && (LogFiles.isLog(files, path) || isEmpty())) {
            return partition;
        }
        if (LogFiles.isLog(files, path)) {
            throw unknownIdentity();
        }
        if (!isEmpty()) {
            throw new CommandFailedException(
                    path
                            + ": this is no log, and not empty: give the directory of a log, or one"
                            + " that is empty or does not exist yet");
        }
        return Optional.empty();
    }

    private Optional<TopicPartition> partition() throws IOException {
        Path named = absolutePath();
        Optional<TopicPartition> found =
                named.getFileName() == null
                        ? Optional.empty()
                        : LogDirectories.partitionOf(files, named);
        return found.isPresent() ? found : Optional.ofNullable(identity);
    }

    private void requireDirectory() throws IOException {
        if (files.exists(path) && !files.isDirectory(path)) {
            throw new CommandFailedException(
                    path + ": this is a file: give the directory of a log");
        }
    }

    private boolean isEmpty() throws IOException {
        List<Path> entries = files.list(path);
        return entries.stream()
                .allMatch(file -> file.getFileName().toString().equals(DirectoryLock.FILE_NAME));
    }

    private CommandFailedException unknownIdentity() {
        return new CommandFailedException(
                path
                        + ": the checkpoint is missing or damaged, and the directory's name is not"
                        + " <topic>-<partition>.<topic id>: say with --identity whose log it is");
    }
}
