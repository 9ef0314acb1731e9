// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataImage;
import java.util.HashMap;
import java.util.Map;

/** What is assigned to a broker: counted out of an image, which takes a walk over all of it. */
record BrokerLoad(int replicaCount, int leaderCount, Map<DirectoryId, Integer> byDirectory) {
    static BrokerLoad of(int brokerId, MetadataImage image) {
        Counter counter = new Counter();
        image.forEachPartition(
                partition -> {
                    partition
                            .replicaOn(brokerId)
                            .ifPresent(replica -> counter.addReplica(replica.directoryId()));
                    if (partition.isLedBy(brokerId)) {
                        counter.leaders++;
                    }
                });
        return new BrokerLoad(counter.replicas, counter.leaders, counter.byDirectory);
    }

    private static final class Counter {
        private final Map<DirectoryId, Integer> byDirectory = new HashMap<>();
        private int replicas;
        private int leaders;

        void addReplica(DirectoryId directory) {
            replicas++;
            byDirectory.merge(directory, 1, Integer::sum);
        }
    }
}
