// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.SmallFile;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code checkpoint}: what a log knows of itself beside its entries. Each of its claims
 * about the disk was true before it was written.
 *
 * @param recoveryPoint all below it was forced
 * @param logStartOffset first offset that may be read; what lies below is deleted, or will be
 * @param highWatermark a hint, at most the recovery point
 * @param tombstoneHorizon one past the highest tombstone that compaction dropped, here or where
 *     this log was copied from (P22), so that it may be above the log end; 0 if none was
 * @param compactedEndOffset all below it went through compaction
 */
public record Checkpoint(
        TopicPartition partition,
        long recoveryPoint,
        long logStartOffset,
        long highWatermark,
        long tombstoneHorizon,
        long compactedEndOffset) {
    public static final String FILE_NAME = "checkpoint";

    private static final String KIND = "taffrail-checkpoint 1";

    /** Replaces the file in {@code directory}; durable when this returns. */
    public void write(FileSystem files, Path directory) throws IOException {
        file(files, directory)
                .replace(
                        List.of(
                                "topic " + partition.topic(),
                                "topic_id " + partition.topicId(),
                                "partition " + partition.partition(),
                                "recovery_point " + recoveryPoint,
                                "log_start_offset " + logStartOffset,
                                "high_watermark " + highWatermark,
                                "tombstone_horizon " + tombstoneHorizon,
                                "compacted_end_offset " + compactedEndOffset));
    }

    /**
     * Reads the file in {@code directory}; empty if there is none.
     *
     * @throws DamagedFileException if it is not what was written
     */
    public static Optional<Checkpoint> read(FileSystem files, Path directory) throws IOException {
        SmallFile file = file(files, directory);
        Optional<List<String>> lines = file.read();
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (String line : lines.get()) {
            String[] words = line.split(" ", 2);
            fields.put(words[0], words.length > 1 ? words[1] : "");
        }
        try {
            return Optional.of(
                    new Checkpoint(
                            new TopicPartition(
                                    fields.get("topic"),
                                    TopicId.parse(fields.get("topic_id")),
                                    Integer.parseInt(fields.get("partition"))),
                            Long.parseLong(fields.get("recovery_point")),
                            Long.parseLong(fields.get("log_start_offset")),
                            Long.parseLong(fields.get("high_watermark")),
                            Long.parseLong(fields.get("tombstone_horizon")),
                            Long.parseLong(fields.get("compacted_end_offset"))));
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new DamagedFileException(
                    file.path(), "a field is missing or is no number: " + fields);
        }
    }

    private static SmallFile file(FileSystem files, Path directory) {
        return new SmallFile(files, directory.resolve(FILE_NAME), KIND);
    }
}
