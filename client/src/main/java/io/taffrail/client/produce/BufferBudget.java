// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.client.ProducerRecord;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.RecordHeader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds what a producer holds in memory. Who comes first is served first. For any thread. */
final class BufferBudget {
    /** What a record takes besides its bytes: its promise, lengths and tags. */
    private static final int OVERHEAD_BYTES = 64;

    private final int maxBytes;
    private final Duration maxBlock;
    private final Semaphore freeBytes;

    BufferBudget(int maxBytes, Duration maxBlock) {
        this.maxBytes = maxBytes;
        this.maxBlock = maxBlock;
        this.freeBytes = new Semaphore(maxBytes, true);
    }

    /** What a record takes. */
    static long sizeOf(ProducerRecord record) {
        long bytes = OVERHEAD_BYTES;
        bytes += record.key() == null ? 0 : record.key().length;
        bytes += record.value() == null ? 0 : record.value().length;
        for (RecordHeader header : record.headers()) {
            bytes += 3L * header.key().length() + header.value().remaining() + OVERHEAD_BYTES;
        }
        return bytes;
    }

    /** Takes so many bytes, waiting for them if need be; else says why not. */
    Optional<TaffrailException> take(long bytes) {
        if (bytes > maxBytes) {
            return Optional.of(
                    TaffrailException.of(
                            LogError.BATCH_TOO_LARGE,
                            "a record of "
                                    + bytes
                                    + " bytes does not fit into maxBufferedBytes, "
                                    + maxBytes));
        }
        try {
            boolean taken =
                    freeBytes.tryAcquire((int) bytes, maxBlock.toNanos(), TimeUnit.NANOSECONDS);
            return taken ? Optional.empty() : Optional.of(full());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(
                    new TaffrailException(
                            "interrupted while waiting for room in the producer's buffer",
                            null,
                            "CANCELLED",
                            Map.of(),
                            true,
                            e));
        }
    }

    private TaffrailException full() {
        return new TaffrailException(
                "the producer's buffer of "
                        + maxBytes
                        + " bytes stayed full for "
                        + maxBlock.toMillis()
                        + " ms: records are sent faster than the cluster acknowledges them",
                null,
                "RESOURCE_EXHAUSTED",
                Map.of(),
                true,
                null);
    }

    void giveBack(int bytes) {
        freeBytes.release(bytes);
    }
}
