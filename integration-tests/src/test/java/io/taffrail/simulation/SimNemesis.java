// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.StopMode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Does harm, as the seed says, and undoes each harm after a while. */
public final class SimNemesis {
    private static final Duration LONGEST_PEACE = Duration.ofMillis(1500);
    private static final Duration LONGEST_HARM = Duration.ofSeconds(6);
    private static final int MOST_DISK_OPERATIONS = 60;

    private final SimCluster cluster;
    private final SimWorld world;
    private final List<SimFault> faults;
    private final Map<SimFault, Integer> done = new EnumMap<>(SimFault.class);
    private boolean active;

    SimNemesis(SimCluster cluster, Set<SimFault> faults) {
        this.cluster = cluster;
        this.world = cluster.world();
        this.faults = List.copyOf(faults.stream().sorted().toList());
    }

    void start() {
        active = true;
        strikeLater();
    }

    void stop() {
        active = false;
    }

    /** How often each fault took place. */
    public Map<SimFault, Integer> done() {
        return done;
    }

    private void strikeLater() {
        world.scheduler().after(some(LONGEST_PEACE), this::strike);
    }

    private void strike() {
        if (!active) {
            return;
        }
        SimFault fault = oneOf(faults);
        done.merge(fault, 1, Integer::sum);
        strike(fault);
        strikeLater();
    }

    private void strike(SimFault fault) {
        SimNode node = oneOf(cluster.nodes());
        SimNode other = oneOf(cluster.nodes());
        SimBroker broker = oneOf(cluster.brokers());
        switch (fault) {
            case KILL -> {
                node.kill();
                undo(node::start);
            }
            case POWER_CUT -> {
                node.cutPower(oneOf(List.of(PowerCut.values())));
                undo(node::start);
            }
            case POWER_CUT_AT_WORK -> cutPowerAtWork(broker);
            case PAUSE -> {
                node.pause();
                undo(node::resume);
            }
            case ISOLATION -> isolate(node);
            case ONE_WAY_CUT -> cut(node, other);
            case PAIR_CUT -> {
                cut(node, other);
                cut(other, node);
            }
            case DELAY -> world.network().delay(node.id(), other.id(), some(LONGEST_HARM));
            case CLOCK_STEP -> stepClock(node);
            case FULL_DISK -> fillDisk(broker);
        }
    }

    private void cutPowerAtWork(SimBroker broker) {
        if (broker.isUp()) {
            broker.cutPowerAtWork(
                    1 + random().nextInt(MOST_DISK_OPERATIONS),
                    oneOf(List.of(StopMode.values())),
                    oneOf(List.of(PowerCut.values())));
        }
    }

    private void isolate(SimNode node) {
        world.note(node + " is cut off");
        for (SimNode other : cluster.nodes()) {
            world.network().cut(node.id(), other.id());
            world.network().cut(other.id(), node.id());
        }
        undo(
                () -> {
                    for (SimNode other : cluster.nodes()) {
                        world.network().mend(node.id(), other.id());
                        world.network().mend(other.id(), node.id());
                    }
                });
    }

    private void cut(SimNode from, SimNode to) {
        if (from != to) {
            world.note(from + " does not reach " + to);
            world.network().cut(from.id(), to.id());
            undo(() -> world.network().mend(from.id(), to.id()));
        }
    }

    private void stepClock(SimNode node) {
        Duration step = Duration.ofSeconds(random().nextInt(7200) - 3600);
        world.note("the clock of " + node + " is set by " + step);
        node.clock().step(step);
    }

    private void fillDisk(SimBroker broker) {
        world.note("the disk of " + broker + " is full");
        broker.fillDisk();
        undo(broker::makeRoom);
    }

    private void undo(Runnable action) {
        world.scheduler().after(some(LONGEST_HARM), action);
    }

    private Random random() {
        return world.random();
    }

    private Duration some(Duration atMost) {
        return Duration.ofMillis(1 + random().nextInt((int) atMost.toMillis()));
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random().nextInt(choices.size()));
    }
}
