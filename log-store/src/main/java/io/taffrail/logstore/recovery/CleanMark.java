// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.SmallFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The file {@code clean-shutdown} of a data directory (P3): written last, after every log was
 * closed, and taken away, durably, before anything else at the next start. It counts only if {@code
 * brokerEpoch} is the controller's last one for this broker and directory: an older one comes from
 * an old copy of the disk.
 *
 * @param endOffsets the log end of each log, by the name of its directory
 */
public record CleanMark(long brokerEpoch, Map<String, Long> endOffsets) {
    private static final String FILE_NAME = "clean-shutdown";
    private static final String KIND = "taffrail-clean-shutdown 1";

    public CleanMark {
        endOffsets = Map.copyOf(endOffsets);
    }

    /** Durable, file and directory, when it returns. */
    public void write(FileSystem files, Path dataDirectory) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("broker_epoch " + brokerEpoch);
        new TreeMap<>(endOffsets).forEach((name, end) -> lines.add(end + " " + name));
        file(files, dataDirectory).replace(lines);
    }

    /**
     * What was left by an orderly stop; it is gone from the disk, durably, when this returns. A
     * damaged one counts as none.
     */
    public static Optional<CleanMark> take(FileSystem files, Path dataDirectory)
            throws IOException {
        SmallFile file = file(files, dataDirectory);
        Optional<List<String>> lines = Optional.empty();
        try {
            lines = file.read();
        } catch (DamagedFileException e) {
            // Then every log is verified, as after a crash.
        }
        if (files.exists(file.path())) {
            files.delete(file.path());
            files.syncDirectory(dataDirectory);
        }
        return lines.map(CleanMark::parse);
    }

    private static CleanMark parse(List<String> lines) {
        Map<String, Long> endOffsets = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ", 2);
            endOffsets.put(words[1], Long.parseLong(words[0]));
        }
        return new CleanMark(Long.parseLong(lines.get(0).split(" ", 2)[1]), endOffsets);
    }

    private static SmallFile file(FileSystem files, Path dataDirectory) {
        return new SmallFile(files, dataDirectory.resolve(FILE_NAME), KIND);
    }
}
