// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.logstore.inspect.LogFiles;
import io.taffrail.logstore.inspect.LogStep;
import io.taffrail.logstore.inspect.LogWalk;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What one node has stored of a partition, read from its files. They may be in use: what is
 * appended meanwhile may be there or not.
 *
 * @param entries whole and sound, in the log's order
 * @param damage what else there is
 */
record ReplicaLog(int node, List<StoredEntry> entries, List<String> damage) {
    ReplicaLog {
        entries = List.copyOf(entries);
        damage = List.copyOf(damage);
    }

    /** Reads the log of {@code partition} in the data directory of a node. */
    static ReplicaLog read(int node, Path data, TopicPartition partition) throws IOException {
        Path directory = data.resolve("logs").resolve(partition.directoryName());
        List<StoredEntry> entries = new ArrayList<>();
        List<String> damage = new ArrayList<>();
        try (LogWalk walk =
                new LogWalk(new LogFiles(new NioFileSystem(), directory, partition), 0)) {
            for (Optional<LogStep> step = walk.next(); step.isPresent(); step = walk.next()) {
                note(step.get(), entries, damage);
            }
        }
        return new ReplicaLog(node, entries, damage);
    }

    private static void note(LogStep step, List<StoredEntry> entries, List<String> damage) {
        if (step instanceof LogStep.Entry entry) {
            entries.add(stored(entry));
        } else if (step instanceof LogStep.Damage found && !found.isUnfinishedAppend()) {
            damage.add(found.toString());
        } else if (step instanceof LogStep.Misplaced found) {
            damage.add(found.toString());
        }
    }

    private static StoredEntry stored(LogStep.Entry entry) {
        ByteBuffer bytes = entry.buffer().duplicate();
        bytes.limit(entry.at() + entry.bytes()).position(entry.at());
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return new StoredEntry(
                entry.baseOffset(),
                entry.endOffset(),
                RecordBatchLayout.leaderEpoch(entry.buffer(), entry.at()),
                entry.bytes(),
                crc.getValue());
    }

    /** Where it ends. */
    long endOffset() {
        return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).endOffset();
    }
}
