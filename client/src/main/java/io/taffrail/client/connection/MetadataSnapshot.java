// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.taffrail.api.v1.BrokerAddress;
import io.taffrail.api.v1.PartitionLeader;
import io.taffrail.api.v1.TopicLeaders;
import io.taffrail.api.v1.WatchTopicsResponse;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a client knows of the cluster at one time. Immutable; what brokers say is put together by
 * the age of what they had applied, so that a broker that lags behind takes nothing back.
 *
 * @param brokersVersion of the newest that was said of brokers
 */
record MetadataSnapshot(
        Map<String, TopicInfo> topics,
        Map<Integer, HostPort> brokers,
        MetadataVersion brokersVersion) {
    static final MetadataSnapshot EMPTY =
            new MetadataSnapshot(Map.of(), Map.of(), MetadataVersion.NONE);

    MetadataSnapshot {
        topics = Map.copyOf(topics);
        brokers = Map.copyOf(brokers);
    }

    MetadataSnapshot with(WatchTopicsResponse news) {
        MetadataVersion version =
                new MetadataVersion(news.getVersion().getTerm(), news.getVersion().getIndex());
        Map<String, TopicInfo> newTopics = new HashMap<>(topics);
        for (TopicLeaders told : news.getTopicsList()) {
            newTopics.merge(told.getTopic(), topic(told, version), MetadataSnapshot::newer);
        }
        for (String unknown : news.getUnknownTopicsList()) {
            newTopics.computeIfPresent(
                    unknown, (name, known) -> version.isAtLeast(known.version()) ? null : known);
        }
        if (!version.isAtLeast(brokersVersion)) {
            return new MetadataSnapshot(newTopics, brokers, brokersVersion);
        }
        return new MetadataSnapshot(newTopics, brokers(news), version);
    }

    /** The same, but that somebody leads a partition, unless something newer is known. */
    MetadataSnapshot withLeader(String topic, int partition, int leaderId, int epoch) {
        TopicInfo known = topics.get(topic);
        if (known == null
                || partition >= known.partitionCount()
                || known.leaders().get(partition).epoch() > epoch) {
            return this;
        }
        List<TopicInfo.Leader> leaders = new ArrayList<>(known.leaders());
        leaders.set(partition, new TopicInfo.Leader(OptionalInt.of(leaderId), epoch));
        Map<String, TopicInfo> newTopics = new HashMap<>(topics);
        newTopics.put(topic, new TopicInfo(topic, known.topicId(), known.version(), leaders));
        return new MetadataSnapshot(newTopics, brokers, brokersVersion);
    }

    MetadataSnapshot withBroker(int brokerId, HostPort address) {
        if (address.equals(brokers.get(brokerId))) {
            return this;
        }
        Map<Integer, HostPort> newBrokers = new HashMap<>(brokers);
        newBrokers.put(brokerId, address);
        return new MetadataSnapshot(topics, newBrokers, brokersVersion);
    }

    /** Who leads a partition in an epoch that {@code before} did not know. */
    Set<Integer> leadersSince(MetadataSnapshot before) {
        Set<Integer> leaders = new TreeSet<>();
        for (TopicInfo topic : topics.values()) {
            TopicInfo old = before.topics().get(topic.topic());
            for (int partition = 0; partition < topic.partitionCount(); partition++) {
                TopicInfo.Leader leader = topic.leaders().get(partition);
                boolean isOld =
                        old != null
                                && partition < old.partitionCount()
                                && old.leaders().get(partition).epoch() >= leader.epoch();
                if (!isOld && leader.id().isPresent()) {
                    leaders.add(leader.id().getAsInt());
                }
            }
        }
        return leaders;
    }

    private Map<Integer, HostPort> brokers(WatchTopicsResponse news) {
        Map<Integer, HostPort> newBrokers = new HashMap<>(brokers);
        news.getRemovedBrokerIdsList().forEach(newBrokers::remove);
        for (BrokerAddress broker : news.getBrokersList()) {
            newBrokers.put(broker.getBrokerId(), HostPort.parse(broker.getAddress()));
        }
        return newBrokers;
    }

    private static TopicInfo topic(TopicLeaders told, MetadataVersion version) {
        List<TopicInfo.Leader> leaders = new ArrayList<>(told.getPartitionsCount());
        for (PartitionLeader leader : told.getPartitionsList()) {
            OptionalInt id =
                    leader.hasLeaderId()
                            ? OptionalInt.of(leader.getLeaderId())
                            : OptionalInt.empty();
            leaders.add(new TopicInfo.Leader(id, leader.getLeaderEpoch()));
        }
        return new TopicInfo(told.getTopic(), told.getTopicId(), version, leaders);
    }

    private static TopicInfo newer(TopicInfo known, TopicInfo told) {
        if (!told.version().isAtLeast(known.version())) {
            return known;
        }
        return told.topicId().equals(known.topicId()) ? keepNewerLeaders(known, told) : told;
    }

    /** A broker that was asked about records may have named a newer leader than the metadata. */
    private static TopicInfo keepNewerLeaders(TopicInfo known, TopicInfo told) {
        List<TopicInfo.Leader> leaders = new ArrayList<>(told.leaders());
        int both = Math.min(leaders.size(), known.partitionCount());
        for (int partition = 0; partition < both; partition++) {
            TopicInfo.Leader before = known.leaders().get(partition);
            if (before.epoch() > leaders.get(partition).epoch()) {
                leaders.set(partition, before);
            }
        }
        return new TopicInfo(told.topic(), told.topicId(), told.version(), leaders);
    }
}
