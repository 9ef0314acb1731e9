// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the tests of this module need again and again: logs on real files, batches of text, and
 * reading them back.
 */
final class TestLogs {
    static final TopicPartition PARTITION = new TopicPartition("orders", new TopicId(1, 2), 3);

    private TestLogs() {}

    static PartitionLog open(Path directory, LogConfig config) throws IOException {
        return open(directory, config, LogListener.NONE);
    }

    static PartitionLog open(Path directory, LogConfig config, LogListener listener)
            throws IOException {
        NioFileSystem files = new NioFileSystem();
        LogEnvironment environment =
                new LogEnvironment(
                        files,
                        Clock.SYSTEM,
                        Runnable::run,
                        new DiskReserve(files, directory.getParent(), Clock.SYSTEM, 0),
                        listener);
        return PartitionLog.open(environment, directory, PARTITION, config, OptionalLong.empty());
    }

    /** One record for each value; "key=value" has a key, "key=" is a tombstone. */
    static ProducedBatch batch(String... values) {
        return builder(values).build();
    }

    static ProducedBatch batch(long producerId, int epoch, int sequence, String... values) {
        return builder(values).producer(producerId, epoch, sequence).build();
    }

    private static RecordBatchBuilder builder(String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        long timestampMs = 1000;
        for (String text : values) {
            int split = text.indexOf('=');
            byte[] key = split < 0 ? null : text.substring(0, split).getBytes(UTF_8);
            String value = text.substring(split + 1);
            builder.append(
                    timestampMs++,
                    key,
                    split >= 0 && value.isEmpty() ? null : value.getBytes(UTF_8),
                    List.of());
        }
        return builder;
    }

    /** "offset:value" of every record from {@code from} on. */
    static List<String> read(PartitionLog log, long from) throws IOException {
        List<String> found = new ArrayList<>();
        long next = from;
        while (next < log.logEndOffset()) {
            LogReadResult result = log.read(next, Long.MAX_VALUE, 100);
            if (!(result instanceof LogSlice slice)) {
                found.add(result.toString());
                return found;
            }
            try (slice) {
                if (slice.bytes() == 0) {
                    return found;
                }
                collect(slice.copy(), next, found);
                next = slice.nextOffset();
            }
        }
        return found;
    }

    private static void collect(ByteBuffer entries, long from, List<String> found) {
        for (int at = 0; at < entries.limit(); at += RecordBatchLayout.entryBytes(entries, at)) {
            RecordCursor records =
                    new RecordCursor(
                            entries.slice(
                                    at + RecordBatchLayout.RECORDS_POSITION,
                                    RecordBatchLayout.recordsBytes(entries, at)));
            while (records.next()) {
                long offset = RecordBatchLayout.baseOffset(entries, at) + records.offsetDelta();
                if (offset >= from) {
                    String value =
                            records.hasValue() ? UTF_8.decode(records.value()).toString() : "";
                    String key = records.hasKey() ? UTF_8.decode(records.key()) + "=" : "";
                    found.add(offset + ":" + key + value);
                }
            }
        }
    }

    static AppendResult append(PartitionLog log, int epoch, String... values) throws IOException {
        return log.appendAsLeader(batch(values), epoch);
    }
}
