// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.FollowerAppendResult;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.LogEnvironment;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executor;

/** Logs on disk to be replicated, and what is in them. */
final class Logs {
    /** Small segments, so that a log has several. */
    static final LogConfig CONFIG =
            LogConfig.DEFAULT.withSegmentBytes(1 << 20).withMaxMessageBytes(8 << 20);

    private Logs() {}

    static PartitionLog open(
            FileSystem files,
            Path parent,
            TopicPartition partition,
            Executor flusher,
            LogListener listener) {
        LogEnvironment environment =
                new LogEnvironment(
                        files,
                        Clock.SYSTEM,
                        flusher,
                        new DiskReserve(files, parent, Clock.SYSTEM, 0),
                        listener);
        try {
            return PartitionLog.open(
                    environment,
                    parent.resolve(partition.directoryName()),
                    partition,
                    CONFIG,
                    OptionalLong.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One record of so many random bytes. */
    static ProducedBatch batch(int valueBytes, long seed) {
        byte[] value = new byte[valueBytes];
        new Random(seed).nextBytes(value);
        return new RecordBatchBuilder(Compression.NONE)
                .append(1_000 + seed, null, value, List.of())
                .build();
    }

    static void append(PartitionLog log, int leaderEpoch, int valueBytes, long seed) {
        try {
            AppendResult result = log.appendAsLeader(batch(valueBytes, seed), leaderEpoch);
            assertThat(result).isInstanceOf(AppendResult.Appended.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code from} has, into an empty log. */
    static void copy(PartitionLog from, PartitionLog to) {
        try {
            FollowerAppendResult result =
                    to.appendAsFollower(ByteBuffer.wrap(contents(from)), 0, OptionalInt.empty());
            assertThat(result).isInstanceOf(FollowerAppendResult.Appended.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every byte of every entry, from the log start to the log end. */
    static byte[] contents(PartitionLog log) {
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        long offset = log.logStartOffset();
        try {
            while (offset < log.logEndOffset()) {
                try (LogSlice slice = (LogSlice) log.read(offset, Long.MAX_VALUE, 1 << 20)) {
                    if (slice.bytes() == 0) {
                        break;
                    }
                    slice.transferTo(0, Channels.newChannel(contents));
                    offset = slice.nextOffset();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return contents.toByteArray();
    }

    static void close(PartitionLog log) {
        try {
            log.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
