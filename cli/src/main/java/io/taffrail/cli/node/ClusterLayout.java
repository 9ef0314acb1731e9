// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the nodes of a cluster on this machine are. Node ids are 0 and up; the first of them are
 * controllers too. It never changes afterwards, because the controllers keep each other's
 * addresses: so it is kept with the data.
 *
 * @param nodes their addresses, by node id
 * @param controllers how many of the nodes have a vote
 */
record ClusterLayout(List<NodeAddresses> nodes, int controllers) {
    private static final String FILE = "cluster.properties";
    private static final int PORTS_APART = 10;
    private static final int LAST_PORT = 65_535;

    ClusterLayout {
        nodes = List.copyOf(nodes);
        if (controllers < 1 || controllers > nodes.size()) {
            throw new IllegalArgumentException(
                    controllers + " controllers among " + nodes.size() + " nodes");
        }
    }

    /** On ports that were free a moment ago; three controllers, or one where that is impossible. */
    static ClusterLayout onFreePorts(int nodes) throws IOException {
        return new ClusterLayout(NodeAddresses.free(nodes), controllersOf(nodes));
    }

    /**
     * On three ports a node from {@code firstPort}, {@code firstPort} + 10 and so on.
     *
     * @throws IllegalArgumentException if there are not so many ports
     */
    static ClusterLayout from(int firstPort, int nodes) {
        if (firstPort < 1 || firstPort + nodes * PORTS_APART > LAST_PORT) {
            throw new IllegalArgumentException(
                    nodes + " nodes have no room from port " + firstPort);
        }
        return new ClusterLayout(
                IntStream.range(0, nodes)
                        .mapToObj(node -> NodeAddresses.from(firstPort + node * PORTS_APART))
                        .toList(),
                controllersOf(nodes));
    }

    /** Two controllers would be worse than one: both would be needed. */
    private static int controllersOf(int nodes) {
        return nodes < 3 ? 1 : 3;
    }

    /** All brokers, for clients. */
    String bootstrap() {
        return nodes.stream().map(node -> node.api().toString()).collect(Collectors.joining(","));
    }

    /** Each {@code key=value}. */
    List<String> settingsOf(int node, Path dataDirectory) {
        NodeAddresses addresses = nodes.get(node);
        return List.of(
                "node.id=" + node,
                "roles=" + (node < controllers ? "broker,controller" : "broker"),
                "data.dir=" + dataDirectory,
                "api.listen=" + addresses.api(),
                "raft.listen=" + addresses.raft(),
                "http.listen=" + addresses.http(),
                "controllers=" + controllerList());
    }

    private String controllerList() {
        return IntStream.range(0, controllers)
                .mapToObj(
                        node ->
                                "%d@%s:%d:%d"
                                        .formatted(
                                                node,
                                                nodes.get(node).raft().host(),
                                                nodes.get(node).raft().port(),
                                                nodes.get(node).api().port()))
                .collect(Collectors.joining(","));
    }

    /** Empty: there is none in {@code directory}. */
    static Optional<ClusterLayout> load(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file, UTF_8)) {
            properties.load(in);
            List<NodeAddresses> nodes = new ArrayList<>();
            for (int node = 0; properties.containsKey("node." + node); node++) {
                nodes.add(NodeAddresses.parse(properties.getProperty("node." + node)));
            }
            int controllers = Integer.parseInt(properties.getProperty("controllers", "0"));
            return Optional.of(new ClusterLayout(nodes, controllers));
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    void save(Path directory) throws IOException {
        StringBuilder text =
                new StringBuilder("# Nodes: API, Raft and HTTP. Not to be changed any more.\n");
        text.append("controllers=").append(controllers).append('\n');
        for (int node = 0; node < nodes.size(); node++) {
            text.append("node.%d=%s\n".formatted(node, nodes.get(node).toText()));
        }
        Files.writeString(directory.resolve(FILE), text);
    }
}
