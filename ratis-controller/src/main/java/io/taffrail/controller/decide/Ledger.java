// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.SuspectLog;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.TopicImage;
import io.taffrail.model.config.TopicDefaults;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * What the controllers remember beside the metadata that brokers follow.
 *
 * @param lastTimeMs the newest time that a command brought: time does not run back in the log
 * @param nextProducerId the first that was not handed out, from 1
 * @param defaults the cluster's defaults for topics' settings; here, not in a configuration, since
 *     elections depend on them
 * @param servedEpochs by directory: the last epoch under which its broker was unfenced. It was
 *     stored there by then: an older one found there is an old copy of the disk (P2). A later
 *     registration may have crashed before it was stored
 * @param slow directories where an operation hangs (P10)
 * @param lost directories that an operator gave up for lost, until their broker comes with another
 *     one, or with that one after all (P2)
 * @param suspects what suspect members of a leaderless partition have, until a leader is elected
 *     (P17)
 */
public record Ledger(
        long lastTimeMs,
        long nextProducerId,
        TopicDefaults defaults,
        PMap<DirectoryId, Long> servedEpochs,
        PSet<DirectoryId> slow,
        PSet<DirectoryId> lost,
        PMap<ReplicaKey, SuspectLog> suspects) {
    /** Before anything was applied. */
    public static final Ledger EMPTY =
            new Ledger(
                    0,
                    1,
                    TopicDefaults.BUILT_IN,
                    HashTreePMap.empty(),
                    HashTreePSet.empty(),
                    HashTreePSet.empty(),
                    HashTreePMap.empty());

    /** A replica, by where it is. */
    public record ReplicaKey(TopicId topicId, int partition, int brokerId) {}

    Ledger atLeast(long timeMs) {
        return timeMs <= lastTimeMs
                ? this
                : new Ledger(timeMs, nextProducerId, defaults, servedEpochs, slow, lost, suspects);
    }

    Ledger withNextProducerId(long next) {
        return new Ledger(lastTimeMs, next, defaults, servedEpochs, slow, lost, suspects);
    }

    Ledger withDefaults(TopicDefaults adopted) {
        return new Ledger(lastTimeMs, nextProducerId, adopted, servedEpochs, slow, lost, suspects);
    }

    Ledger withServed(DirectoryId directory, long brokerEpoch) {
        return withServed(servedEpochs.plus(directory, brokerEpoch));
    }

    Ledger withoutServed(DirectoryId directory) {
        return withServed(servedEpochs.minus(directory));
    }

    private Ledger withServed(PMap<DirectoryId, Long> served) {
        return new Ledger(lastTimeMs, nextProducerId, defaults, served, slow, lost, suspects);
    }

    Ledger withSlow(DirectoryId directory, boolean slowNow) {
        PSet<DirectoryId> changed = slowNow ? slow.plus(directory) : slow.minus(directory);
        return new Ledger(
                lastTimeMs, nextProducerId, defaults, servedEpochs, changed, lost, suspects);
    }

    Ledger withLost(DirectoryId directory, boolean lostNow) {
        PSet<DirectoryId> changed = lostNow ? lost.plus(directory) : lost.minus(directory);
        return new Ledger(
                lastTimeMs, nextProducerId, defaults, servedEpochs, slow, changed, suspects);
    }

    Optional<SuspectLog> suspect(PartitionEntry partition, int brokerId) {
        return Optional.ofNullable(suspects.get(key(partition, brokerId)));
    }

    Ledger withSuspect(PartitionEntry partition, int brokerId, SuspectLog log) {
        return withSuspects(suspects.plus(key(partition, brokerId), log));
    }

    Ledger withoutSuspect(PartitionEntry partition, int brokerId) {
        return withSuspects(suspects.minus(key(partition, brokerId)));
    }

    Ledger withoutSuspects(PartitionEntry partition) {
        PMap<ReplicaKey, SuspectLog> left = suspects;
        for (ReplicaEntry replica : partition.replicas()) {
            left = left.minus(key(partition, replica.brokerId()));
        }
        return withSuspects(left);
    }

    Ledger withoutSuspects(TopicImage topic) {
        Ledger left = this;
        for (PartitionEntry partition : topic.partitions()) {
            left = left.withoutSuspects(partition);
        }
        return left;
    }

    private Ledger withSuspects(PMap<ReplicaKey, SuspectLog> changed) {
        return changed == suspects
                ? this
                : new Ledger(
                        lastTimeMs, nextProducerId, defaults, servedEpochs, slow, lost, changed);
    }

    private static ReplicaKey key(PartitionEntry partition, int brokerId) {
        return new ReplicaKey(partition.topicId(), partition.partition(), brokerId);
    }
}
