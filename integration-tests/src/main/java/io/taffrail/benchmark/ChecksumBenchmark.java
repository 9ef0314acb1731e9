// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.model.TopicId;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Both checksums of an entry, in nanoseconds: the body's, which grows with it, and that of its
 * place, which does not. Beside each, the JDK's checksum over as many bytes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChecksumBenchmark {
    private static final TopicId TOPIC = new TopicId(1, 2);
    private static final int PLACEMENT_BYTES = 53;

    /** How the entry's bytes are held. */
    public enum Memory {
        ARRAY,
        READ_ONLY_ARRAY,
        DIRECT
    }

    @Param({"1024", "262144"})
    private int batchBytes;

    @Param private Memory memory;

    private byte[] array;
    private ByteBuffer entry;
    private final CRC32C jdk = new CRC32C();

    @Setup
    public void build() {
        ByteBuffer heap = Batches.entry(Batches.of(1, batchBytes, 1024).get(0));
        array = new byte[heap.remaining()];
        heap.get(0, array);
        entry =
                switch (memory) {
                    case ARRAY -> heap;
                    case READ_ONLY_ARRAY -> heap.asReadOnlyBuffer();
                    case DIRECT -> ByteBuffer.allocateDirect(array.length).put(array).flip();
                };
    }

    @Benchmark
    public int body() {
        return RecordBatchLayout.computeBodyCrc(entry, 0);
    }

    @Benchmark
    public long jdkOfAnArrayAsLong() {
        return jdk(array.length);
    }

    @Benchmark
    public int placement() {
        return RecordBatchLayout.computePlacementCrc(entry, 0, TOPIC, 7);
    }

    @Benchmark
    public long jdkOfAPlacement() {
        return jdk(PLACEMENT_BYTES);
    }

    private long jdk(int bytes) {
        jdk.reset();
        jdk.update(array, 0, bytes);
        return jdk.getValue();
    }
}
