// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.TopicImage;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/** What a controller tells of itself; where it leads, of the other controllers too. */
final class ControllerMetrics {
    static final String PREFIX = "taffrail.controller.";

    private final MeterRegistry registry;
    private final Quorum quorum;
    private final PeerMetrics peers;

    ControllerMetrics(MeterRegistry registry, Quorum quorum, BooleanSupplier active) {
        this.registry = registry;
        this.quorum = quorum;
        gauge("term", "Raft's current term", Quorum::term);
        gauge("active", "1 on the active controller, else 0", any -> active.getAsBoolean() ? 1 : 0);
        gauge(
                "applied.index",
                "Index of the log entry applied last",
                each -> image(each).version().index());
        gauge("commit.index", "Index up to which log entries are committed", Quorum::commitIndex);
        gauge("members", "Controllers that vote", Quorum::memberCount);
        gauge("brokers", "Registered brokers", each -> image(each).brokers().size());
        gauge("partitions", "Partitions of all topics", ControllerMetrics::partitions);
        peers = new PeerMetrics(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<Quorum> value) {
        Gauge.builder(PREFIX + name, quorum, value).description(description).register(registry);
    }

    private static MetadataImage image(Quorum quorum) {
        return quorum.state().image();
    }

    private static double partitions(Quorum quorum) {
        MetadataImage image = image(quorum);
        return image.topicIdsByName().values().stream()
                .flatMap(id -> image.topic(id).stream())
                .mapToInt((TopicImage topic) -> topic.partitions().size())
                .sum();
    }

    /** The members as their leader sees them; none where this one does not lead. */
    void members(List<QuorumMember> members) {
        peers.show(members, quorum.lastLogIndex());
    }
}
