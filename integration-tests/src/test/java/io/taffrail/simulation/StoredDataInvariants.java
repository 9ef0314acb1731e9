// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.TopicId;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What must hold of what replicas have stored: nothing is cut that others may count on (I6), who is
 * known to have lost something does not count beside one who has not (I10), and a batch of an
 * idempotent producer is there once (I9).
 */
final class StoredDataInvariants {
    private record Key(int brokerId, TopicId topicId, int partition) {}

    /** A log, as it was when it was last looked at. */
    private record Seen(PartitionLog log, long highWatermark, boolean counts) {}

    private record BatchKey(long producerId, int producerEpoch, int baseSequence) {}

    private final Consumer<String> violated;
    private final Map<Key, Seen> seen = new HashMap<>();

    StoredDataInvariants(Consumer<String> violated) {
        this.violated = violated;
    }

    void check(PartitionEntry entry, List<SimBroker> brokers) {
        for (ReplicaEntry replica : entry.replicas()) {
            brokers.get(replica.brokerId())
                    .log(entry)
                    .ifPresent(log -> checkCuts(entry, replica.brokerId(), log));
        }
        checkClaims(entry);
    }

    private void checkCuts(PartitionEntry entry, int brokerId, PartitionLog log) {
        Seen now = new Seen(log, log.highWatermark(), counts(entry, brokerId));
        Seen before = seen.put(new Key(brokerId, entry.topicId(), entry.partition()), now);
        if (before != null
                && before.log == log
                && before.counts
                && now.counts
                && log.logEndOffset() < before.highWatermark) {
            violated.accept(
                    "I6: broker %d cut its log to %d, below its high watermark %d: %s"
                            .formatted(brokerId, log.logEndOffset(), before.highWatermark, entry));
        }
    }

    private void checkClaims(PartitionEntry entry) {
        boolean faulty = false;
        boolean sound = false;
        for (ReplicaEntry replica : entry.replicas()) {
            if (counts(entry, replica.brokerId())) {
                faulty |= replica.fault() != ReplicaFault.NONE;
                sound |= replica.fault() == ReplicaFault.NONE;
            }
        }
        if (faulty && sound) {
            violated.accept("I10: a replica counts that is known to be faulty: " + entry);
        }
    }

    private static boolean counts(PartitionEntry entry, int brokerId) {
        return entry.isr().contains(brokerId) || entry.elr().contains(brokerId);
    }

    /** All entries of a log, whole. */
    void checkBatches(PartitionEntry entry, ByteBuffer entries) {
        Set<BatchKey> stored = new HashSet<>();
        int at = 0;
        while (entries.limit() - at >= RecordBatchLayout.HEADER_BYTES) {
            BatchKey batch =
                    new BatchKey(
                            RecordBatchLayout.producerId(entries, at),
                            RecordBatchLayout.producerEpoch(entries, at),
                            RecordBatchLayout.baseSequence(entries, at));
            if (batch.producerId() != 0 && !stored.add(batch)) {
                violated.accept("I9: %s is stored twice in %s".formatted(batch, entry));
            }
            at += RecordBatchLayout.entryBytes(entries, at);
        }
    }
}
