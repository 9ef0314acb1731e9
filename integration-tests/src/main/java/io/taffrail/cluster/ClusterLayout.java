// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.node.NodeProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which nodes a cluster begins with.
 *
 * @param controllers node ids of those that vote
 * @param brokers node ids of those that hold replicas; a node may be both
 * @param relayed whether what nodes say to each other goes through relays, which can cut it; what
 *     clients say then does, too
 * @param sets of every node, each {@code key=value}
 * @param jvmOptions of every node
 */
public record ClusterLayout(
        Set<Integer> controllers,
        Set<Integer> brokers,
        boolean relayed,
        List<String> sets,
        List<String> jvmOptions) {
    public ClusterLayout {
        controllers = Set.copyOf(controllers);
        brokers = Set.copyOf(brokers);
        sets = List.copyOf(sets);
        jvmOptions = List.copyOf(jvmOptions);
    }

    /** So many nodes, from 0 on, each of which is both. */
    public static ClusterLayout combined(int nodes) {
        Set<Integer> all = new TreeSet<>(IntStream.range(0, nodes).boxed().toList());
        return new ClusterLayout(all, all, false, List.of(), NodeProcess.SHORT_LIVED);
    }

    /** With relays between the nodes. */
    public ClusterLayout withRelays() {
        return new ClusterLayout(controllers, brokers, true, sets, jvmOptions);
    }

    /** With the votes on these nodes only. */
    public ClusterLayout withControllers(Set<Integer> ids) {
        return new ClusterLayout(ids, brokers, relayed, sets, jvmOptions);
    }

    /** With these nodes as brokers. */
    public ClusterLayout withBrokers(Set<Integer> ids) {
        return new ClusterLayout(controllers, ids, relayed, sets, jvmOptions);
    }

    /** With more settings. */
    public ClusterLayout with(String... more) {
        List<String> all = new ArrayList<>(sets);
        all.addAll(List.of(more));
        return new ClusterLayout(controllers, brokers, relayed, all, jvmOptions);
    }

    /** With these options instead of the usual ones. */
    public ClusterLayout withJvmOptions(String... options) {
        return new ClusterLayout(controllers, brokers, relayed, sets, List.of(options));
    }

    /** All node ids, ascending. */
    Set<Integer> nodes() {
        Set<Integer> all = new TreeSet<>(controllers);
        all.addAll(brokers);
        return all;
    }

    /** What a node does, as its setting {@code roles} says it; a broker if it is none of these. */
    String roles(int node) {
        if (!controllers.contains(node)) {
            return "broker";
        }
        return brokers.contains(node) ? "broker,controller" : "controller";
    }
}
