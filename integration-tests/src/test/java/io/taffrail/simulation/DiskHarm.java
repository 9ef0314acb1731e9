// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

/** What happens to disks. Each harm tells when it has taken place. */
final class DiskHarm {
    private final SimCluster cluster;
    private final SimChance chance;

    DiskHarm(SimCluster cluster, SimChance chance) {
        this.cluster = cluster;
        this.chance = chance;
    }

    void fill(Runnable happened) {
        SimBroker broker = chance.oneOf(cluster.brokers());
        cluster.world().note("the disk of " + broker + " is full");
        broker.fillDisk();
        happened.run();
        chance.undo(broker::makeRoom);
    }
}
