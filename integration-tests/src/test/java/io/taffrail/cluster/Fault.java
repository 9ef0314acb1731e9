// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.client.admin.PartitionDescription;
import java.util.concurrent.atomic.AtomicReference;

/** Something bad that happens to a cluster, or something that its operators do to it. */
interface Fault {
    /** What it is called in test reports. */
    @Override
    String toString();

    /**
     * Does it, sees that it took place, and undoes it: when this returns nothing hinders the
     * cluster any more. Fails if it did not take place, or if the cluster did not go on where it
     * must.
     */
    void strike(Stage stage) throws Exception;

    /**
     * What a fault plays on.
     *
     * @param workload goes on meanwhile, with one topic
     */
    record Stage(ClusterProcesses cluster, Observer observer, Workload workload) {
        /** The workload's topic. */
        String topic() {
            return workload.name();
        }

        /** Who leads the topic's first partition, in the eyes of a broker, once somebody does. */
        Leadership leadership() throws Exception {
            int any = cluster.nodes().iterator().next().id();
            AtomicReference<PartitionDescription> led = new AtomicReference<>();
            observer.awaitPartition(
                    any,
                    topic(),
                    0,
                    "has a leader",
                    partition -> {
                        led.set(partition);
                        return partition.leaderId().isPresent();
                    });
            return new Leadership(
                    cluster.node(led.get().leaderId().getAsInt()), led.get().leaderEpoch());
        }
    }

    /** A leader and the epoch in which it leads, seen at once: it may lose the lead at any time. */
    record Leadership(ClusterNode leader, int epoch) {
        boolean isOver(PartitionDescription partition) {
            return partition.leaderId().isPresent()
                    && partition.leaderId().getAsInt() != leader.id()
                    && partition.leaderEpoch() > epoch;
        }
    }
}
