// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Does harm, as the seed says, which undoes itself after a while; counts what took place. */
public final class SimNemesis {
    private static final Duration LONGEST_PEACE = Duration.ofMillis(1500);

    private final SimWorld world;
    private final SimChance chance;
    private final NodeHarm nodes;
    private final NetworkHarm network;
    private final DiskHarm disks;
    private final CopyHarm copies;
    private final RecordHarm records;
    private final TopicHarm topics;
    private final PlacementHarm places;
    private final List<SimFault> faults;
    private final Map<SimFault, Integer> done = new EnumMap<>(SimFault.class);
    private boolean active;

    SimNemesis(SimCluster cluster, Set<SimFault> faults) {
        this.world = cluster.world();
        this.chance = new SimChance(world);
        this.nodes = new NodeHarm(cluster, chance);
        this.network = new NetworkHarm(cluster, chance);
        this.disks = new DiskHarm(cluster, chance);
        this.copies = new CopyHarm(cluster, chance);
        this.records = new RecordHarm(cluster, chance);
        this.topics = new TopicHarm(cluster, chance, cluster.admin());
        this.places = new PlacementHarm(cluster, chance, cluster.admin());
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
        world.scheduler().after(chance.some(LONGEST_PEACE), this::strike);
    }

    private void strike() {
        if (!active) {
            return;
        }
        SimFault fault = chance.oneOf(faults);
        strike(fault, () -> done.merge(fault, 1, Integer::sum));
        strikeLater();
    }

    private void strike(SimFault fault, Runnable happened) {
        switch (fault) {
            case KILL -> nodes.kill(happened);
            case POWER_CUT -> nodes.cutPower(happened);
            case POWER_CUT_AT_WORK -> nodes.cutPowerAtWork(happened);
            case PAUSE -> nodes.pause(happened);
            case CLOCK_STEP -> nodes.stepClock(happened);
            case ISOLATION -> network.isolate(happened);
            case ONE_WAY_CUT -> network.cutOneWay(happened);
            case PAIR_CUT -> network.cutBothWays(happened);
            case DELAY -> network.delay(happened);
            case FULL_DISK -> disks.fill(happened);
            case BIT_FLIP -> copies.flipBit(happened);
            case LOST_DISK -> copies.loseDisk(happened);
            case POWER_CUT_OF_ONE -> copies.cutPower(happened);
            case RECORDS_DELETED -> records.delete(happened);
            case ORDERLY_STOP -> nodes.stopInOrder(happened);
            case FORGOTTEN_BROKER -> nodes.forgetBroker(happened);
            case MIN_ISR_CHANGE -> topics.changeMinIsr(happened);
            case NEW_PARTITION -> topics.addPartition(happened);
            case TOPIC_MADE_ANEW -> topics.makeAnew(happened);
            case MOVE -> places.move(happened);
            case CANCELLED_MOVE -> places.moveAndCancel(happened);
            case ELECTION -> places.elect(happened);
        }
    }
}
