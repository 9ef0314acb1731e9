// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.grpc.BindableService;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.taffrail.controller.ratis.RaftMember;
import io.taffrail.controller.service.ControllerServices;
import io.taffrail.controller.service.PortProbe;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.TopicImage;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** A controller in this process. Safe for any thread. */
public final class ControllerNode implements AutoCloseable {
    private static final Duration PROBE_AT_MOST = Duration.ofMillis(300);
    private static final long CHECK_MILLIS = 500;

    private final ControllerThreads threads = new ControllerThreads();
    private final ControllerServices controller;
    private final RaftMember member;

    private ControllerNode(ControllerSettings settings, Clock clock, Consumer<String> onDeath)
            throws ControllerStartException {
        controller =
                new ControllerServices(
                        settings,
                        clock,
                        threads.executors(),
                        PortProbe.tcp(PROBE_AT_MOST),
                        TopicId::random,
                        onDeath);
        try {
            member = RaftMember.start(settings, controller.events());
        } catch (ControllerStartException e) {
            threads.close();
            throw e;
        }
        controller.attach(member);
        var unused =
                threads.executors()
                        .loop()
                        .scheduleWithFixedDelay(
                                member::checkAlive,
                                CHECK_MILLIS,
                                CHECK_MILLIS,
                                TimeUnit.MILLISECONDS);
    }

    /**
     * Starts a controller on its folder; forms a cluster of one if there is nothing in it yet. When
     * this returns it may not lead yet: see {@link #active}.
     *
     * @param clock for liveness, and for the time in commands
     * @param onDeath called at most once, on any thread, if the controller cannot go on: the
     *     process should end, since a node without its controller looks alive and is not. Not
     *     called after {@link #close}
     * @throws ControllerStartException if its files are damaged, missing or another's, or the port
     *     is taken
     */
    public static ControllerNode start(
            ControllerSettings settings, Clock clock, Consumer<String> onDeath)
            throws ControllerStartException {
        if (settings.peers().size() != 1) {
            throw new ControllerStartException(
                    "the controllers listed are "
                            + settings.peers()
                            + ", but this version forms clusters with one controller only: list one.");
        }
        return new ControllerNode(settings, clock, onDeath);
    }

    /** The services that brokers call, to be served on the node's API port. */
    public List<BindableService> services() {
        return controller.services();
    }

    /** The cluster's id, a UUID; the same for ever. */
    public String clusterId() {
        return member.clusterId();
    }

    /** Whether this node is the active controller. */
    public boolean active() {
        return controller.active();
    }

    /** Node id of the active controller, as far as is known here. */
    public OptionalInt activeControllerId() {
        return member.leaderNodeId();
    }

    /** The newest metadata that was applied here. */
    public MetadataImage image() {
        return member.state().image();
    }

    /** Registers gauges under {@code taffrail.controller}. */
    public void registerMetrics(MeterRegistry registry) {
        gauge(registry, "term", "Raft's current term", node -> node.member.term());
        gauge(
                registry,
                "active",
                "1 on the active controller, else 0",
                node -> node.active() ? 1 : 0);
        gauge(
                registry,
                "applied.index",
                "Index of the log entry applied last",
                node -> node.image().version().index());
        gauge(
                registry,
                "commit.index",
                "Index up to which log entries are committed",
                node -> node.member.commitIndex());
        gauge(registry, "brokers", "Registered brokers", node -> node.image().brokers().size());
        gauge(registry, "partitions", "Partitions of all topics", ControllerNode::partitions);
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            String description,
            ToDoubleFunction<ControllerNode> value) {
        Gauge.builder("taffrail.controller." + name, this, value)
                .description(description)
                .register(registry);
    }

    private double partitions() {
        MetadataImage image = image();
        return image.topicIdsByName().values().stream()
                .flatMap(id -> image.topic(id).stream())
                .mapToInt((TopicImage topic) -> topic.partitions().size())
                .sum();
    }

    @Override
    public void close() {
        controller.close();
        threads.close();
        member.close();
    }
}
