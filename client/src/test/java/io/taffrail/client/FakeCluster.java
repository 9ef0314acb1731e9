// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.api.v1.BrokerAddress;
import io.taffrail.api.v1.PartitionLeader;
import io.taffrail.api.v1.Partitioner;
import io.taffrail.api.v1.TopicLeaders;
import io.taffrail.api.v1.WatchTopicsResponse;
import io.taffrail.model.TopicId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** What the fake brokers of a test share: topics, leaders, producers' identities. */
final class FakeCluster implements AutoCloseable {
    /** One topic's partitions, and which broker leads each. */
    static final class Topic {
        final TopicId id = TopicId.random();
        final List<FakePartition> partitions = new ArrayList<>();
        final List<Integer> leaders = new ArrayList<>();
        final List<Integer> epochs = new ArrayList<>();

        private void add(int leader) {
            partitions.add(new FakePartition(id, partitions.size()));
            leaders.add(leader);
            epochs.add(0);
        }
    }

    final AtomicInteger producerIds = new AtomicInteger(100);
    private final Map<String, Topic> topics = new LinkedHashMap<>();
    private final List<FakeBroker> brokers = new ArrayList<>();
    private long version = 1;

    FakeCluster(int brokerCount) {
        for (int id = 0; id < brokerCount; id++) {
            brokers.add(new FakeBroker(id, this));
        }
    }

    /** The first broker's address. */
    String bootstrap() {
        return brokers.get(0).address();
    }

    /** The addresses of all brokers. */
    String bootstrapOfAll() {
        return brokers.stream().map(FakeBroker::address).collect(Collectors.joining(","));
    }

    FakeBroker broker(int id) {
        return brokers.get(id);
    }

    synchronized void createTopic(String name, int partitionCount) {
        Topic topic = new Topic();
        for (int n = 0; n < partitionCount; n++) {
            topic.add(n % brokers.size());
        }
        topics.put(name, topic);
        changed();
    }

    synchronized void addPartition(String name) {
        Topic topic = topics.get(name);
        topic.add(topic.partitions.size() % brokers.size());
        changed();
    }

    synchronized Topic topic(String name) {
        return topics.get(name);
    }

    FakePartition partition(String topic, int number) {
        return topic(topic).partitions.get(number);
    }

    synchronized void moveLeader(String name, int partition, int broker) {
        Topic topic = topics.get(name);
        topic.leaders.set(partition, broker);
        topic.epochs.set(partition, topic.epochs.get(partition) + 1);
        changed();
    }

    private void changed() {
        version++;
        brokers.forEach(FakeBroker::tellTopics);
    }

    synchronized WatchTopicsResponse metadata(List<String> names) {
        WatchTopicsResponse.Builder told = WatchTopicsResponse.newBuilder().setClusterId("fake");
        told.getVersionBuilder().setTerm(1).setIndex(version);
        for (String name : names) {
            Topic topic = topics.get(name);
            if (topic == null) {
                told.addUnknownTopics(name);
            } else {
                told.addTopics(leaders(name, topic));
            }
        }
        for (FakeBroker broker : brokers) {
            told.addBrokers(
                    BrokerAddress.newBuilder()
                            .setBrokerId(broker.id())
                            .setAddress(broker.address()));
        }
        return told.build();
    }

    private static TopicLeaders.Builder leaders(String name, Topic topic) {
        TopicLeaders.Builder leaders =
                TopicLeaders.newBuilder()
                        .setTopic(name)
                        .setTopicId(topic.id.toString())
                        .setPartitioner(Partitioner.PARTITIONER_MURMUR2);
        for (int n = 0; n < topic.partitions.size(); n++) {
            leaders.addPartitions(
                    PartitionLeader.newBuilder()
                            .setPartition(n)
                            .setLeaderId(topic.leaders.get(n))
                            .setLeaderEpoch(topic.epochs.get(n)));
        }
        return leaders;
    }

    /** All values of a topic, by partition. */
    List<List<String>> values(String topic) {
        return topic(topic).partitions.stream()
                .map(FakePartition::values)
                .collect(Collectors.toList());
    }

    @Override
    public void close() {
        brokers.forEach(FakeBroker::close);
    }
}
