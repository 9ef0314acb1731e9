// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.api.internal.v1.MoveThrottle;
import io.taffrail.model.BrokenInvariantException;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The cluster's metadata as the controllers' feed, log and snapshots carry it. */
public final class MetadataTranslator {
    private MetadataTranslator() {}

    public static io.taffrail.api.v1.MetadataVersion toProto(MetadataVersion version) {
        return io.taffrail.api.v1.MetadataVersion.newBuilder()
                .setTerm(version.term())
                .setIndex(version.index())
                .build();
    }

    public static MetadataVersion toModel(io.taffrail.api.v1.MetadataVersion version) {
        return new MetadataVersion(version.getTerm(), version.getIndex());
    }

    public static io.taffrail.api.internal.v1.MetadataChange toProto(MetadataChange change) {
        io.taffrail.api.internal.v1.MetadataChange.Builder proto =
                io.taffrail.api.internal.v1.MetadataChange.newBuilder();
        if (change instanceof MetadataChange.BrokerChanged changed) {
            proto.setBroker(BrokerEntryTranslator.toProto(changed.broker()));
        } else if (change instanceof MetadataChange.BrokerRemoved removed) {
            proto.setRemovedBrokerId(removed.brokerId());
        } else if (change instanceof MetadataChange.TopicChanged changed) {
            proto.setTopic(TopicEntryTranslator.toProto(changed.topic()));
        } else if (change instanceof MetadataChange.TopicDeleted deleted) {
            proto.setDeletedTopicId(TopicIdTranslator.toProto(deleted.topicId()));
        } else if (change instanceof MetadataChange.PartitionChanged changed) {
            proto.setPartition(TopicEntryTranslator.toProto(changed.partition()));
        } else if (change instanceof MetadataChange.FeatureLevelChanged changed) {
            proto.setFeatureLevel(changed.featureLevel());
        } else if (change instanceof MetadataChange.MoveThrottleChanged changed) {
            MoveThrottle.Builder throttle = MoveThrottle.newBuilder();
            changed.bytesPerSecond().ifPresent(throttle::setBytesPerSecond);
            proto.setMoveThrottle(throttle);
        }
        return proto.build();
    }

    private static OptionalLong throttle(MoveThrottle proto) {
        return proto.hasBytesPerSecond()
                ? OptionalLong.of(proto.getBytesPerSecond())
                : OptionalLong.empty();
    }

    public static List<io.taffrail.api.internal.v1.MetadataChange> toProtos(
            List<MetadataChange> changes) {
        return changes.stream().map(MetadataTranslator::toProto).toList();
    }

    /**
     * Reads a change. Empty for one that only a later version knows.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Optional<MetadataChange> toModel(
            io.taffrail.api.internal.v1.MetadataChange proto) {
        try {
            return Optional.ofNullable(read(proto));
        } catch (BrokenInvariantException e) {
            throw new IllegalArgumentException("a change contradicts itself", e);
        }
    }

    /** As {@link #toModel}, of each, without those that only a later version knows. */
    public static List<MetadataChange> toModels(
            List<io.taffrail.api.internal.v1.MetadataChange> protos) {
        List<MetadataChange> changes = new ArrayList<>(protos.size());
        protos.forEach(proto -> toModel(proto).ifPresent(changes::add));
        return changes;
    }

    private static MetadataChange read(io.taffrail.api.internal.v1.MetadataChange proto) {
        return switch (proto.getChangeCase()) {
            case BROKER ->
                    new MetadataChange.BrokerChanged(
                            BrokerEntryTranslator.toModel(proto.getBroker()));
            case REMOVED_BROKER_ID -> new MetadataChange.BrokerRemoved(proto.getRemovedBrokerId());
            case TOPIC ->
                    new MetadataChange.TopicChanged(TopicEntryTranslator.toModel(proto.getTopic()));
            case DELETED_TOPIC_ID ->
                    new MetadataChange.TopicDeleted(
                            TopicIdTranslator.toModel(proto.getDeletedTopicId()));
            case PARTITION ->
                    new MetadataChange.PartitionChanged(
                            TopicEntryTranslator.toModel(proto.getPartition()));
            case FEATURE_LEVEL -> new MetadataChange.FeatureLevelChanged(proto.getFeatureLevel());
            case MOVE_THROTTLE ->
                    new MetadataChange.MoveThrottleChanged(throttle(proto.getMoveThrottle()));
            case CHANGE_NOT_SET -> null;
        };
    }
}
