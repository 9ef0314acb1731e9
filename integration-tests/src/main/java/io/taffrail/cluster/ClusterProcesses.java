// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.node.NodeProcess;
import io.taffrail.testsupport.FreePorts;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * A cluster as operators run it: each node a process of its own, with its data in a folder {@code
 * node-ID}. All nodes are given the same addresses. For one thread.
 */
public final class ClusterProcesses implements AutoCloseable {
    private final Path folder;
    private final ClusterLayout layout;
    private final Links links = new Links();
    private final Map<Integer, NodeAddresses> addresses = new TreeMap<>();
    private final Map<Integer, ClusterNode> nodes = new ConcurrentSkipListMap<>();

    private ClusterProcesses(Path folder, ClusterLayout layout) {
        this.folder = folder;
        this.layout = layout;
    }

    /** Whether this system can have relays between nodes: it is Linux. */
    public static boolean canRelay() {
        return SocketOwners.areShown();
    }

    /** Starts all nodes at once, and waits until all are ready. */
    public static ClusterProcesses start(Path folder, ClusterLayout layout) throws IOException {
        ClusterProcesses cluster = new ClusterProcesses(folder, layout);
        try {
            for (int id : layout.nodes()) {
                cluster.addresses.put(id, NodeAddresses.choose(layout.relayed()));
            }
            for (int id : layout.nodes()) {
                cluster.prepare(id, List.of()).launch();
            }
            for (ClusterNode node : cluster.nodes()) {
                node.awaitReady();
            }
            return cluster;
        } catch (IOException | RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** Adds a broker that is no controller, and waits until it is ready. */
    public ClusterNode addBroker(int id, String... sets) throws IOException {
        addresses.put(id, NodeAddresses.choose(layout.relayed()));
        ClusterNode node = prepare(id, List.of(sets));
        node.start();
        return node;
    }

    /** Adds a controller that is no broker, and does not wait: it waits for a vote. */
    public ClusterNode addController(int id) throws IOException {
        addresses.put(id, NodeAddresses.choose(layout.relayed()));
        String listed = controllers() + "," + addresses.get(id).asController(id);
        ClusterNode node = prepare(id, "controller", listed, List.of());
        node.launch();
        return node;
    }

    /** Ends a node's process for good; its data stay. */
    public void remove(ClusterNode node) throws IOException {
        nodes.remove(node.id());
        node.close();
    }

    private ClusterNode prepare(int id, List<String> more) throws IOException {
        return prepare(id, layout.roles(id), controllers(), more);
    }

    private ClusterNode prepare(int id, String roles, String controllers, List<String> more)
            throws IOException {
        NodeAddresses own = addresses.get(id);
        List<String> sets = new ArrayList<>(layout.sets());
        sets.addAll(more);
        sets.add("node.id=" + id);
        sets.add("roles=" + roles);
        sets.add("controllers=" + controllers);
        sets.add("api.listen=" + own.listenApi());
        sets.add("api.advertised=" + own.api());
        sets.add("raft.listen=" + own.listenRaft());
        sets.add("http.listen=" + FreePorts.next());
        Path home = Files.createDirectories(folder.resolve("node-" + id));
        ClusterNode node =
                new ClusterNode(
                        id,
                        NodeProcess.prepare(home, layout.jvmOptions(), sets),
                        own,
                        layout.relayed() ? relays(id, own) : List.of());
        nodes.put(id, node);
        return node;
    }

    private List<Relay> relays(int id, NodeAddresses own) {
        return List.of(
                new Relay(own.api(), own.listenApi(), id, links, this::opener),
                new Relay(own.raft(), own.listenRaft(), id, links, this::opener));
    }

    private int opener(Socket accepted) {
        Map<Long, Integer> byPid =
                nodes().stream()
                        .filter(ClusterNode::isAlive)
                        .collect(Collectors.toMap(ClusterNode::pid, ClusterNode::id));
        try {
            OptionalLong pid = SocketOwners.opener(accepted, byPid.keySet());
            return pid.isPresent() ? byPid.get(pid.getAsLong()) : Links.CLIENTS;
        } catch (IOException e) {
            throw new IllegalStateException("nobody knows who opened " + accepted, e);
        }
    }

    private String controllers() {
        return layout.controllers().stream()
                .sorted()
                .map(id -> addresses.get(id).asController(id))
                .collect(Collectors.joining(","));
    }

    /** By node id. */
    public Collection<ClusterNode> nodes() {
        return nodes.values();
    }

    /** The node of that id. */
    public ClusterNode node(int id) {
        return nodes.get(id);
    }

    /** What lies between the nodes, where there are relays. */
    public Links links() {
        return links;
    }

    /** All brokers, for a client to begin with. */
    public String bootstrap() {
        return nodes().stream()
                .filter(node -> layout.roles(node.id()).contains("broker"))
                .map(node -> node.api().toString())
                .collect(Collectors.joining(","));
    }

    /** Cuts a node off from all others, in both directions; clients still reach it. */
    public void isolate(int id) {
        for (ClusterNode other : nodes()) {
            if (other.id() != id) {
                links.cutBoth(id, other.id());
            }
        }
    }

    @Override
    public void close() throws IOException {
        links.heal();
        for (ClusterNode node : nodes()) {
            node.close();
        }
    }
}
