// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.model.Acks;
import io.taffrail.model.batch.Compression;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a producer gathers and sends records.
 *
 * @param acks who must hold a record before it is acknowledged; default {@link Acks#ALL}
 * @param compression of batches, done off the caller's thread; default none
 * @param batchBytes a batch is sent when its records, not compressed, reach so many bytes; 1 to 64
 *     MiB, default 64 KiB. A larger record travels alone.
 * @param linger how long a batch that is not full waits for more; default 5 ms
 * @param maxBufferedBytes what may wait for acknowledgement, in bytes of records; at least 1,
 *     default 32 MiB
 * @param maxBlock how long {@link Producer#send} waits for room in the buffer and for the topic's
 *     metadata before the record fails; default 60 s
 * @param requestTimeout how long a broker waits for the acks of one batch; after half as long again
 *     the client gives up the stream; default 30 s
 * @param deliveryTimeout how long a record is tried from {@link Producer#send} on, before its
 *     future fails; default 2 min
 * @param maxInFlight unanswered batches of one partition, 1 to 32; default 5
 * @param idempotent whether the cluster recognises what is sent again, so that it is stored once
 *     and in order; default true
 */
public record ProducerSettings(
        Acks acks,
        Compression compression,
        int batchBytes,
        Duration linger,
        int maxBufferedBytes,
        Duration maxBlock,
        Duration requestTimeout,
        Duration deliveryTimeout,
        int maxInFlight,
        boolean idempotent) {
    private static final int MOST_BATCH_BYTES = 64 << 20;

    /** The broker remembers as many batches of a producer (P23). */
    private static final int MOST_IN_FLIGHT = 32;

    public ProducerSettings {
        Positive.check("batchBytes", batchBytes, 1, MOST_BATCH_BYTES);
        Positive.checkNotNegative("linger", linger);
        Positive.check("maxBufferedBytes", maxBufferedBytes, 1, Integer.MAX_VALUE);
        Positive.checkNotNegative("maxBlock", maxBlock);
        Positive.check("requestTimeout", requestTimeout);
        Positive.check("deliveryTimeout", deliveryTimeout);
        Positive.check("maxInFlight", maxInFlight, 1, MOST_IN_FLIGHT);
        if (requestTimeout.toMillis() < 1 || requestTimeout.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "requestTimeout is " + requestTimeout + ": not in 1 ms to 24 days");
        }
    }

    public static ProducerSettings defaults() {
        return new ProducerSettings(
                Acks.ALL,
                Compression.NONE,
                64 << 10,
                Duration.ofMillis(5),
                32 << 20,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                5,
                true);
    }

    public ProducerSettings withAcks(Acks value) {
        return with(draft -> draft.acks = value);
    }

    public ProducerSettings withCompression(Compression value) {
        return with(draft -> draft.compression = value);
    }

    public ProducerSettings withBatchBytes(int value) {
        return with(draft -> draft.batchBytes = value);
    }

    public ProducerSettings withLinger(Duration value) {
        return with(draft -> draft.linger = value);
    }

    public ProducerSettings withMaxBufferedBytes(int value) {
        return with(draft -> draft.maxBufferedBytes = value);
    }

    public ProducerSettings withMaxBlock(Duration value) {
        return with(draft -> draft.maxBlock = value);
    }

    public ProducerSettings withRequestTimeout(Duration value) {
        return with(draft -> draft.requestTimeout = value);
    }

    public ProducerSettings withDeliveryTimeout(Duration value) {
        return with(draft -> draft.deliveryTimeout = value);
    }

    public ProducerSettings withMaxInFlight(int value) {
        return with(draft -> draft.maxInFlight = value);
    }

    public ProducerSettings withIdempotent(boolean value) {
        return with(draft -> draft.idempotent = value);
    }

    private ProducerSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Settings while one of them is changed. */
    private static final class Draft {
        private Acks acks;
        private Compression compression;
        private int batchBytes;
        private Duration linger;
        private int maxBufferedBytes;
        private Duration maxBlock;
        private Duration requestTimeout;
        private Duration deliveryTimeout;
        private int maxInFlight;
        private boolean idempotent;

        Draft(ProducerSettings from) {
            acks = from.acks;
            compression = from.compression;
            batchBytes = from.batchBytes;
            linger = from.linger;
            maxBufferedBytes = from.maxBufferedBytes;
            maxBlock = from.maxBlock;
            requestTimeout = from.requestTimeout;
            deliveryTimeout = from.deliveryTimeout;
            maxInFlight = from.maxInFlight;
            idempotent = from.idempotent;
        }

        ProducerSettings settings() {
            return new ProducerSettings(
                    acks,
                    compression,
                    batchBytes,
                    linger,
                    maxBufferedBytes,
                    maxBlock,
                    requestTimeout,
                    deliveryTimeout,
                    maxInFlight,
                    idempotent);
        }
    }
}
