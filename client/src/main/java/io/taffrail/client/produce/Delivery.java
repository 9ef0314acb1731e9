// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.client.RecordMetadata;
import java.util.concurrent.CompletableFuture;

/** The promise of where a record went. */
final class Delivery extends CompletableFuture<RecordMetadata> {
    private final long timestampMs;
    private final int bufferedBytes;

    /**
     * @param timestampMs the record's
     * @param bufferedBytes what it takes of the producer's buffer until it is answered
     */
    Delivery(long timestampMs, int bufferedBytes) {
        this.timestampMs = timestampMs;
        this.bufferedBytes = bufferedBytes;
    }

    long timestampMs() {
        return timestampMs;
    }

    int bufferedBytes() {
        return bufferedBytes;
    }
}
