// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.taffrail.broker.config.ControllerAddress;
import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.config.Role;
import io.taffrail.broker.http.HttpEndpoints;
import io.taffrail.broker.http.ProcessMetrics;
import io.taffrail.broker.rpc.ApiListenException;
import io.taffrail.broker.rpc.ApiServer;
import io.taffrail.broker.rpc.ApiServices;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.storage.DataDirectoryException;
import io.taffrail.controller.ControllerEnvironment;
import io.taffrail.controller.ControllerNode;
import io.taffrail.controller.ControllerPeer;
import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.ControllerStartException;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: a controller, a broker, or both, with one data directory, one API server and one HTTP
 * server. Started in order, each part on those before it; stopped in the opposite one.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long SNAPSHOT_THRESHOLD_ENTRIES = 20_000;
    private static final Duration SHORT_GRACE = Duration.ofMillis(500); // P6

    private final NodeConfig config;
    private final NodeThreads threads = new NodeThreads();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final NodeMetrics metrics = new NodeMetrics(registry);
    private final DataDirectory directory;
    private final List<AutoCloseable> started =
            new ArrayList<>(); // closed from the last to the first
    private final Optional<ControllerNode> controller;
    private final Optional<Broker> broker;
    private final ApiServer api;
    private final HttpEndpoints http;

    /**
     * Starts a node; it may not be ready yet when this returns.
     *
     * @param onDeath called, once or more, with what makes it impossible to go on: the process ends
     * @throws NodeStartException with what is wrong, where, and what to do; nothing is left running
     */
    public static Node start(
            NodeConfig config, NodeEnvironment environment, Consumer<String> onDeath)
            throws NodeStartException {
        DataDirectory directory;
        try {
            directory =
                    DataDirectory.open(
                            environment.files(),
                            config.storage().dataDirectory(),
                            config.nodeId(),
                            environment.machine(),
                            environment.clock());
        } catch (DataDirectoryException e) {
            throw new NodeStartException(e.getMessage(), e);
        }
        return new Node(config, environment, directory, onDeath);
    }

    private Node(
            NodeConfig config,
            NodeEnvironment environment,
            DataDirectory directory,
            Consumer<String> onDeath)
            throws NodeStartException {
        this.config = config;
        this.directory = directory;
        started.add(directory);
        started.add(threads);
        started.add(registry::close);
        started.add(ProcessMetrics.bindTo(registry));
        try {
            HostPort listen = withPort(config.listen().api());
            controller =
                    config.has(Role.CONTROLLER)
                            ? Optional.of(startController(listen, environment, onDeath))
                            : Optional.empty();
            controller.ifPresent(started::add);
            broker =
                    config.has(Role.BROKER)
                            ? Optional.of(
                                    new Broker(
                                            config,
                                            listen,
                                            environment,
                                            directory,
                                            threads.executors(),
                                            metrics,
                                            onDeath))
                            : Optional.empty();
            broker.ifPresent(started::add);
            api = startApi(listen);
            started.add(api);
            http = HttpEndpoints.start(config.listen().http(), registry, this::notReadyReasons);
            started.add(http);
            broker.ifPresent(each -> each.join(api::setServing));
        } catch (ControllerStartException | IOException e) {
            close();
            throw new NodeStartException(e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private ApiServer startApi(HostPort listen) throws ApiListenException {
        ApiServices services =
                new ApiServices(
                        broker.map(Broker::services).orElse(List.of()),
                        controller.map(ControllerNode::services).orElse(List.of()));
        return ApiServer.start(
                listen,
                config.limits().api(),
                services,
                metrics,
                broker.map(Broker::allocator).orElse(PooledByteBufAllocator.DEFAULT));
    }

    private ControllerNode startController(
            HostPort api, NodeEnvironment environment, Consumer<String> onDeath)
            throws ControllerStartException {
        ControllerNode node =
                ControllerNode.start(
                        new ControllerSettings(
                                config.nodeId(),
                                directory.directoryId(),
                                directory.clusterId(),
                                directory.raftDirectory(),
                                config.listen().raft(),
                                peers(api),
                                config.electionTimeout(),
                                config.topics().defaults(),
                                config.topics().partitions(),
                                config.topics().replicationFactor(),
                                config.sessionTimeout(),
                                SHORT_GRACE,
                                SNAPSHOT_THRESHOLD_ENTRIES,
                                config.storage().replaceLostDisks()),
                        new ControllerEnvironment(
                                environment.clock(),
                                environment.connections()::open,
                                this::belongTo,
                                onDeath));
        node.registerMetrics(registry);
        return node;
    }

    private void belongTo(String clusterId) throws IOException {
        try {
            directory.joinCluster(clusterId);
        } catch (DataDirectoryException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** As all nodes list them; only a controller that is alone may be without a list and ports. */
    private List<ControllerPeer> peers(HostPort api) {
        if (config.controllers().size() == 1) {
            ControllerAddress alone = config.controllers().get(0);
            return List.of(
                    new ControllerPeer(
                            alone.id(), alone.raft(), config.listen().advertised(api.port())));
        }
        return config.controllers().stream()
                .map(peer -> new ControllerPeer(peer.id(), peer.raft(), peer.api()))
                .toList();
    }

    /** A free port is chosen now: the controller names it to others before anything listens. */
    private static HostPort withPort(HostPort listen) throws IOException {
        if (listen.port() != 0) {
            return listen;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(listen.host()), 0));
            return listen.withPort(socket.getLocalPort());
        }
    }

    /** Where clients reach it. */
    public HostPort apiAddress() {
        return api.address();
    }

    /** Where metrics and health are. */
    public HostPort httpAddress() {
        return http.address();
    }

    /** What is missing before it can serve; empty: nothing. */
    public List<String> notReadyReasons() {
        List<String> reasons = new ArrayList<>();
        controller.ifPresent(each -> reasons.addAll(each.notReadyReasons()));
        broker.ifPresent(each -> reasons.addAll(each.notReadyReasons()));
        return reasons;
    }

    /**
     * Stops it in order: leaderships are handed over, clients are told, and everything is on the
     * disk, with a mark that says so. Blocks, for some seconds at most where nothing hangs.
     */
    public void stop() {
        broker.ifPresent(
                each -> {
                    api.setServing(false);
                    each.handOver().join();
                    api.close();
                    each.closeLogs().join();
                });
        close();
    }

    /** Stops it without handing anything over, and without the mark of a clean stop. */
    @Override
    public void close() {
        for (int i = started.size() - 1; i >= 0; i--) {
            try {
                started.get(i).close();
            } catch (Exception e) {
                LOG.warn("{} did not stop in order", started.get(i), e);
            }
        }
        started.clear();
    }
}
