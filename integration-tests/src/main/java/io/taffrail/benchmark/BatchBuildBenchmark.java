// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a producer does: gathers records and makes a batch of them, compressed and checksummed.
 * Nanoseconds for a record, of text in which half of the letters repeat.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchBuildBenchmark {
    private static final int RECORDS = 256;
    private static final long TIMESTAMP_MS = 1_700_000_000_000L;

    @Param({"100", "1024"})
    private int recordBytes;

    @Param({"NONE", "LZ4", "ZSTD"})
    private Compression compression;

    private final byte[][] values = new byte[RECORDS][];
    private ByteBuffer kafkaBuffer;
    private org.apache.kafka.common.compress.Compression kafkaCompression;
    private RecordBatchBuilder builder;

    @Setup
    public void prepare() {
        Random random = new Random(1);
        for (int i = 0; i < RECORDS; i++) {
            values[i] = new byte[recordBytes];
            for (int at = 0; at < recordBytes; at++) {
                values[i][at] = (byte) (random.nextBoolean() ? 'e' : 'a' + random.nextInt(26));
            }
        }
        kafkaBuffer = ByteBuffer.allocate(RECORDS * (recordBytes + 32) + 128);
        kafkaCompression =
                switch (compression) {
                    case LZ4 -> org.apache.kafka.common.compress.Compression.lz4().build();
                    case ZSTD -> org.apache.kafka.common.compress.Compression.zstd().build();
                    default -> org.apache.kafka.common.compress.Compression.NONE;
                };
        builder = new RecordBatchBuilder(compression);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public ByteBuffer taffrail() {
        builder.reset();
        for (int i = 0; i < RECORDS; i++) {
            builder.append(TIMESTAMP_MS + i, null, values[i], List.of());
        }
        ProducedBatch batch = builder.build();
        return Batches.entry(batch);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public MemoryRecords kafka() {
        try (MemoryRecordsBuilder kafkaBuilder =
                MemoryRecords.builder(
                        kafkaBuffer.clear(), kafkaCompression, TimestampType.CREATE_TIME, 0)) {
            for (int i = 0; i < RECORDS; i++) {
                kafkaBuilder.append(TIMESTAMP_MS + i, null, values[i]);
            }
            return kafkaBuilder.build();
        }
    }
}
