// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import static io.taffrail.model.Invariants.check;

import io.taffrail.model.TopicId;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The cluster's metadata at one version: immutable, and sharing with its predecessor all that did
 * not change.
 */
public final class MetadataImage {
    /** Before anything was applied. */
    public static final MetadataImage EMPTY =
            new MetadataImage(
                    MetadataVersion.NONE,
                    1,
                    OptionalLong.empty(),
                    TreePMap.empty(),
                    HashTreePMap.empty(),
                    TreePMap.empty());

    private final MetadataVersion version;
    private final int featureLevel;
    private final OptionalLong moveThrottle;
    private final PSortedMap<Integer, BrokerEntry> brokers;
    private final PMap<TopicId, TopicImage> topics;
    private final PSortedMap<String, TopicId> topicIds;

    private MetadataImage(
            MetadataVersion version,
            int featureLevel,
            OptionalLong moveThrottle,
            PSortedMap<Integer, BrokerEntry> brokers,
            PMap<TopicId, TopicImage> topics,
            PSortedMap<String, TopicId> topicIds) {
        this.version = version;
        this.featureLevel = featureLevel;
        this.moveThrottle = moveThrottle;
        this.brokers = brokers;
        this.topics = topics;
        this.topicIds = topicIds;
    }

    /** What had been applied to get here. */
    public MetadataVersion version() {
        return version;
    }

    /** Which formats and commands may be used; raised by hand after an upgrade. */
    public int featureLevel() {
        return featureLevel;
    }

    /**
     * How many bytes per second each broker may receive for moves of replicas; 0: no limit; empty:
     * its own setting.
     */
    public OptionalLong moveThrottle() {
        return moveThrottle;
    }

    /** Registered brokers, by id. */
    public Collection<BrokerEntry> brokers() {
        return brokers.values();
    }

    public Optional<BrokerEntry> broker(int brokerId) {
        return Optional.ofNullable(brokers.get(brokerId));
    }

    public Optional<TopicImage> topic(TopicId topicId) {
        return Optional.ofNullable(topics.get(topicId));
    }

    public Optional<TopicImage> topic(String name) {
        return Optional.ofNullable(topicIds.get(name)).map(topics::get);
    }

    /** Ids of all topics, by name in the order of its bytes. */
    public SortedMap<String, TopicId> topicIdsByName() {
        return topicIds;
    }

    public Optional<PartitionEntry> partition(TopicId topicId, int partition) {
        return topic(topicId).flatMap(topic -> topic.partition(partition));
    }

    /** All partitions, by topic name and number. */
    public void forEachPartition(Consumer<PartitionEntry> action) {
        for (TopicId topicId : topicIds.values()) {
            topics.get(topicId).partitions().forEach(action);
        }
    }

    /** What, applied in order to {@link #EMPTY}, gives this image again. */
    public void forEachChange(Consumer<MetadataChange> action) {
        action.accept(new MetadataChange.FeatureLevelChanged(featureLevel));
        action.accept(new MetadataChange.MoveThrottleChanged(moveThrottle));
        for (BrokerEntry broker : brokers.values()) {
            action.accept(new MetadataChange.BrokerChanged(broker));
        }
        for (TopicId topicId : topicIds.values()) {
            TopicImage topic = topics.get(topicId);
            action.accept(new MetadataChange.TopicChanged(topic.topic()));
            for (PartitionEntry partition : topic.partitions()) {
                action.accept(new MetadataChange.PartitionChanged(partition));
            }
        }
    }

    /** The same state, said to be that of {@code newer}. */
    public MetadataImage at(MetadataVersion newer) {
        return new MetadataImage(newer, featureLevel, moveThrottle, brokers, topics, topicIds);
    }

    /**
     * The state after one change, at the same version.
     *
     * @throws io.taffrail.model.BrokenInvariantException if the change does not fit this state
     */
    public MetadataImage apply(MetadataChange change) {
        if (change instanceof MetadataChange.BrokerChanged changed) {
            BrokerEntry broker = changed.broker();
            return withBrokers(brokers.plus(broker.brokerId(), broker));
        }
        if (change instanceof MetadataChange.BrokerRemoved removed) {
            return withBrokers(brokers.minus(removed.brokerId()));
        }
        if (change instanceof MetadataChange.TopicChanged changed) {
            return withTopic(changed.topic());
        }
        if (change instanceof MetadataChange.TopicDeleted deleted) {
            return withoutTopic(deleted.topicId());
        }
        if (change instanceof MetadataChange.PartitionChanged changed) {
            return withPartition(changed.partition());
        }
        if (change instanceof MetadataChange.MoveThrottleChanged changed) {
            return new MetadataImage(
                    version, featureLevel, changed.bytesPerSecond(), brokers, topics, topicIds);
        }
        MetadataChange.FeatureLevelChanged changed = (MetadataChange.FeatureLevelChanged) change;
        return new MetadataImage(
                version, changed.featureLevel(), moveThrottle, brokers, topics, topicIds);
    }

    private MetadataImage withBrokers(PSortedMap<Integer, BrokerEntry> changed) {
        return new MetadataImage(version, featureLevel, moveThrottle, changed, topics, topicIds);
    }

    private MetadataImage withTopic(TopicEntry topic) {
        TopicId named = topicIds.get(topic.name());
        check(
                named == null || named.equals(topic.topicId()),
                "topic %s is %s already, not %s",
                topic.name(),
                named,
                topic.topicId());
        TopicImage image =
                topic(topic.topicId())
                        .map(present -> present.with(topic))
                        .orElseGet(() -> TopicImage.created(topic));
        return new MetadataImage(
                version,
                featureLevel,
                moveThrottle,
                brokers,
                topics.plus(topic.topicId(), image),
                topicIds.plus(topic.name(), topic.topicId()));
    }

    private MetadataImage withoutTopic(TopicId topicId) {
        TopicImage deleted = topics.get(topicId);
        check(deleted != null, "topic %s is deleted and unknown", topicId);
        return new MetadataImage(
                version,
                featureLevel,
                moveThrottle,
                brokers,
                topics.minus(topicId),
                topicIds.minus(deleted.topic().name()));
    }

    private MetadataImage withPartition(PartitionEntry partition) {
        TopicImage topic = topics.get(partition.topicId());
        check(topic != null, "partition %s is of an unknown topic", partition);
        return new MetadataImage(
                version,
                featureLevel,
                moveThrottle,
                brokers,
                topics.plus(partition.topicId(), topic.with(partition)),
                topicIds);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MetadataImage that
                && version.equals(that.version)
                && featureLevel == that.featureLevel
                && moveThrottle.equals(that.moveThrottle)
                && brokers.equals(that.brokers)
                && topics.equals(that.topics);
    }

    @Override
    public int hashCode() {
        return version.hashCode();
    }

    @Override
    public String toString() {
        return "metadata "
                + version
                + ": "
                + brokers.size()
                + " brokers, "
                + topicIds.size()
                + " topics";
    }
}
