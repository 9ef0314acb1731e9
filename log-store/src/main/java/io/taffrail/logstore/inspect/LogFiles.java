// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.recovery.Checkpoint;
import io.taffrail.logstore.recovery.FsyncedEnd;
import io.taffrail.logstore.segment.SegmentContext;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of the log of {@code partition} in {@code directory}. */
public record LogFiles(FileSystem files, Path directory, TopicPartition partition) {
    private static final Pattern SEGMENT =
            Pattern.compile("(\\d{20})" + Pattern.quote(SegmentContext.LOG_SUFFIX));

    /** The base offset in the name of a log file; empty if it is the name of another file. */
    static Optional<Long> baseOffset(String fileName) {
        Matcher matcher = SEGMENT.matcher(fileName);
        try {
            return matcher.matches()
                    ? Optional.of(Long.parseLong(matcher.group(1)))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // 20 digits hold more than a long
        }
    }

    /** Whether {@code directory} looks like a log's: it has a checkpoint or a log file. */
    public static boolean isLog(FileSystem files, Path directory) throws IOException {
        for (Path file : files.list(directory)) {
            String name = file.getFileName().toString();
            if (name.equals(Checkpoint.FILE_NAME) || baseOffset(name).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** The log files, by base offset. */
    public List<SegmentFile> segments() throws IOException {
        List<SegmentFile> segments = new ArrayList<>();
        for (Path file : files.list(directory)) {
            Optional<Long> base = baseOffset(file.getFileName().toString());
            if (base.isPresent()) {
                segments.add(new SegmentFile(base.get(), file, files.size(file)));
            }
        }
        return segments;
    }

    /** The checkpoint; empty if it is missing or damaged. */
    public Optional<Checkpoint> checkpoint() throws IOException {
        try {
            return Checkpoint.read(files, directory);
        } catch (DamagedFileException e) {
            return Optional.empty();
        }
    }

    /** The first offset that may be read. */
    public long logStartOffset() throws IOException {
        Optional<Long> claimed = checkpoint().map(Checkpoint::logStartOffset);
        if (claimed.isPresent()) {
            return claimed.get();
        }
        return segments().stream().mapToLong(SegmentFile::baseOffset).findFirst().orElse(0);
    }

    /** All below it was on disk once, as checkpoint and sidecar say. */
    public long knownDurableEndOffset() throws IOException {
        long claimed =
                checkpoint().map(c -> Math.max(c.recoveryPoint(), c.highWatermark())).orElse(0L);
        return Math.max(claimed, FsyncedEnd.read(files, directory).offset());
    }
}
