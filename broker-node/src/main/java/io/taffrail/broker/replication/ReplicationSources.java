// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.model.TopicId;
import java.util.concurrent.CompletableFuture;

/** Finds what followers ask for. */
public interface ReplicationSources {
    /** What came of looking. */
    sealed interface Lookup {
        record Found(ReplicationSource source) implements Lookup {}

        /** STALE_EPOCH or NOT_LEADER, with the epoch that is known here. */
        record Failed(LogFailure why) implements Lookup {}
    }

    /**
     * The leadership in {@code leaderEpoch}; if this broker has not heard of that epoch, it waits
     * for its metadata, at most 2 s (P14).
     */
    CompletableFuture<Lookup> find(TopicId topicId, int partition, int leaderEpoch);
}
