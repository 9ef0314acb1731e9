// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.logstore.PartitionLog;
import io.taffrail.testsupport.PowerCut;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What happens to stored copies, while there is another that is whole. Each harm tells when it has
 * taken place.
 */
final class CopyHarm {
    private final SimCluster cluster;
    private final SimChance chance;

    CopyHarm(SimCluster cluster, SimChance chance) {
        this.cluster = cluster;
        this.chance = chance;
    }

    /** A bit of a stored segment is not what it was. */
    void flipBit(Runnable happened) {
        SimBroker broker = chance.oneOf(cluster.brokers());
        Optional<PartitionLog> log = log(broker);
        if (log.isPresent() && cluster.copies().canSpare(broker)) {
            flipBit(broker, log.get(), happened);
        }
    }

    private Optional<PartitionLog> log(SimBroker broker) {
        List<PartitionLog> logs = new ArrayList<>();
        cluster.image().forEachPartition(entry -> broker.log(entry).ifPresent(logs::add));
        return logs.isEmpty() ? Optional.empty() : Optional.of(chance.oneOf(logs));
    }

    private void flipBit(SimBroker broker, PartitionLog log, Runnable happened) {
        List<Path> segments = new ArrayList<>(broker.segments(log));
        segments.removeIf(
                file ->
                        broker.disk().contents(file).length == 0
                                || cluster.copies().isFlipped(broker, file));
        if (!segments.isEmpty()) {
            Path file = chance.oneOf(segments);
            int at = chance.random().nextInt(broker.disk().contents(file).length);
            cluster.copies().flip(broker, log, file, at, chance.random().nextInt(Byte.SIZE));
            happened.run();
        }
    }

    /** An empty disk comes in the place of one that held replicas. */
    void loseDisk(Runnable happened) {
        SimBroker broker = chance.oneOf(cluster.brokers());
        if (cluster.copies().canSpare(broker)) {
            broker.loseDisk();
            cluster.copies().lost(broker);
            happened.run();
            chance.undo(broker::start);
        }
    }

    /** What a machine had in its memory alone is gone. */
    void cutPower(Runnable happened) {
        SimBroker broker = chance.oneOf(cluster.brokers());
        if (cluster.copies().canSpare(broker)) {
            broker.cutPower(chance.oneOf(List.of(PowerCut.values())));
            cluster.copies().lost(broker);
            happened.run();
            chance.undo(broker::start);
        }
    }
}
