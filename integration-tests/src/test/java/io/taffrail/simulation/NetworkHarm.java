// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.simulation.network.SimNetwork;

/** What happens between machines. Each harm tells when it has taken place. */
final class NetworkHarm {
    private final SimCluster cluster;
    private final SimNetwork network;
    private final SimChance chance;

    NetworkHarm(SimCluster cluster, SimChance chance) {
        this.cluster = cluster;
        this.network = cluster.world().network();
        this.chance = chance;
    }

    private SimNode node() {
        return chance.oneOf(cluster.nodes());
    }

    void isolate(Runnable happened) {
        SimNode node = node();
        cluster.world().note(node + " is cut off");
        for (SimNode other : cluster.nodes()) {
            network.cut(node.id(), other.id());
            network.cut(other.id(), node.id());
        }
        happened.run();
        chance.undo(
                () -> {
                    for (SimNode other : cluster.nodes()) {
                        network.mend(node.id(), other.id());
                        network.mend(other.id(), node.id());
                    }
                });
    }

    void cutOneWay(Runnable happened) {
        SimNode from = node();
        SimNode to = node();
        if (from != to) {
            cut(from, to);
            happened.run();
        }
    }

    void cutBothWays(Runnable happened) {
        SimNode one = node();
        SimNode other = node();
        if (one != other) {
            cut(one, other);
            cut(other, one);
            happened.run();
        }
    }

    private void cut(SimNode from, SimNode to) {
        cluster.world().note(from + " does not reach " + to);
        network.cut(from.id(), to.id());
        chance.undo(() -> network.mend(from.id(), to.id()));
    }

    void delay(Runnable happened) {
        network.delay(node().id(), node().id(), chance.aWhile());
        happened.run();
    }
}
