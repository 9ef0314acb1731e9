// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.StopMode;
import java.time.Duration;
import java.util.List;

/** What happens to processes and machines. Each harm tells when it has taken place. */
final class NodeHarm {
    private static final int MOST_DISK_OPERATIONS = 60;

    private final SimCluster cluster;
    private final SimChance chance;

    NodeHarm(SimCluster cluster, SimChance chance) {
        this.cluster = cluster;
        this.chance = chance;
    }

    private SimNode node() {
        return chance.oneOf(cluster.nodes());
    }

    void kill(Runnable happened) {
        SimNode node = node();
        if (node.isUp()) {
            node.kill();
            happened.run();
        }
        chance.undo(node::start);
    }

    void cutPower(Runnable happened) {
        SimNode node = node();
        node.cutPower(chance.oneOf(List.of(PowerCut.values())));
        happened.run();
        chance.undo(node::start);
    }

    void cutPowerAtWork(Runnable happened) {
        SimBroker broker = chance.oneOf(cluster.brokers());
        if (broker.isUp()) {
            broker.cutPowerAtWork(
                    1 + chance.random().nextInt(MOST_DISK_OPERATIONS),
                    chance.oneOf(List.of(StopMode.values())),
                    chance.oneOf(List.of(PowerCut.values())),
                    happened);
        }
    }

    void stopInOrder(Runnable happened) {
        SimBroker broker = chance.oneOf(cluster.brokers());
        broker.stopInOrder(
                () -> {
                    happened.run();
                    chance.undo(broker::start);
                });
    }

    void forgetBroker(Runnable happened) {
        cluster.farewell().begin(chance.oneOf(cluster.brokers()), happened);
    }

    void pause(Runnable happened) {
        SimNode node = node();
        node.pause();
        if (node.isPaused()) {
            happened.run();
        }
        chance.undo(node::resume);
    }

    void stepClock(Runnable happened) {
        SimNode node = node();
        Duration step = Duration.ofSeconds(chance.random().nextInt(7200) - 3600);
        cluster.world().note("the clock of " + node + " is set by " + step);
        node.clock().step(step);
        happened.run();
    }
}
