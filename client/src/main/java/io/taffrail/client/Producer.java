// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Appends records. Those for one partition are stored in the order of {@link #send}, and each once,
 * whatever breaks meanwhile. For any number of threads; to be closed.
 */
public interface Producer extends AutoCloseable {
    /**
     * Hands a record over. Waits while the buffer is full and until the topic is known, at most
     * {@link ProducerSettings#maxBlock}.
     *
     * @return where it was stored, once it is acknowledged; or a {@link TaffrailException}.
     *     Completed on a thread of the producer's, which must not be held up. Cancelling does not
     *     take the record back.
     * @throws IllegalStateException if the producer is closed
     */
    CompletableFuture<RecordMetadata> send(ProducerRecord record);

    /**
     * Sends what was handed over so far without lingering, and waits until each record is
     * acknowledged or has failed. Only the futures tell which.
     */
    void flush();

    /** The number of partitions of a topic, from the metadata; waits as {@link #send} does. */
    int partitionCount(String topic);

    /**
     * Takes no more records, and waits until those handed over are acknowledged or have failed.
     *
     * @param timeout what is unanswered then fails, and may have been stored or not
     */
    void close(Duration timeout);

    /** Closes, waiting as long as records may take: {@link ProducerSettings#deliveryTimeout}. */
    @Override
    void close();
}
