// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.model.TopicPartition;
import java.nio.file.Path;

/**
 * What all segments of a log share.
 *
 * @param indexIntervalBytes bytes of log for each slot of an index
 */
public record SegmentContext(
        FileSystem files,
        Path directory,
        TopicPartition partition,
        TimestampType timestampType,
        int indexIntervalBytes) {
    public static final String LOG_SUFFIX = ".log";

    /**
     * The file of the segment that begins at {@code baseOffset}: 20 digits and a suffix, so that
     * names sort as offsets do.
     */
    public Path file(long baseOffset, String suffix) {
        return directory.resolve(String.format("%020d%s", baseOffset, suffix));
    }

    IndexFile indexFile(long baseOffset, IndexFile.Kind kind) {
        return new IndexFile(
                files, file(baseOffset, kind.suffix()), kind, timestampType, baseOffset);
    }
}
