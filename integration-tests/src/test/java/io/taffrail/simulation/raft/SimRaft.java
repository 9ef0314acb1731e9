// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.raft;

import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.simulation.network.SimHost;
import io.taffrail.simulation.network.SimNetwork;
import io.taffrail.testsupport.SimulatedScheduler;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The group: who its members are, and how their messages travel. A message may be lost where a link
 * is cut, doubled, and overtaken by others.
 */
public final class SimRaft {
    private static final double DOUBLED = 0.02;

    private final SimulatedScheduler scheduler;
    private final SimNetwork network;
    private final String clusterId;
    private final Decisions decisions;
    private final Map<Integer, SimHost> hosts = new TreeMap<>();
    private final Map<Integer, DirectoryId> directories = new TreeMap<>();
    private final Map<Integer, SimRaftMember> members = new TreeMap<>();

    public SimRaft(
            SimulatedScheduler scheduler,
            SimNetwork network,
            String clusterId,
            Decisions decisions) {
        this.scheduler = scheduler;
        this.network = network;
        this.clusterId = clusterId;
        this.decisions = decisions;
    }

    /** All voters are added before the first of them starts. */
    public void addVoter(SimHost host, DirectoryId directoryId) {
        hosts.put(host.id(), host);
        directories.put(host.id(), directoryId);
    }

    void started(int nodeId, SimRaftMember member) {
        members.put(nodeId, member);
    }

    String clusterId() {
        return clusterId;
    }

    Decisions decisions() {
        return decisions;
    }

    Iterable<Integer> voters() {
        return hosts.keySet();
    }

    int voterCount() {
        return hosts.size();
    }

    boolean isMajority(int count) {
        return count * 2 > hosts.size();
    }

    DirectoryId directoryId(int nodeId) {
        return directories.get(nodeId);
    }

    Optional<HostPort> apiAddress(int nodeId) {
        return Optional.ofNullable(hosts.get(nodeId)).map(SimHost::address);
    }

    /** Hands a message to a member, some time later, if it gets there. */
    void send(int from, int to, SimRaftMessage message) {
        carry(from, to, message);
        if (scheduler.random().nextDouble() < DOUBLED) {
            carry(from, to, message);
        }
    }

    private void carry(int from, int to, SimRaftMessage message) {
        SimHost source = hosts.get(from);
        SimHost target = hosts.get(to);
        scheduler.afterNanos(
                network.travelNanos(source, target),
                () -> {
                    SimRaftMember member = members.get(to);
                    if (member != null && !network.isCut(source, target)) {
                        member.receive(from, message);
                    }
                });
    }
}
