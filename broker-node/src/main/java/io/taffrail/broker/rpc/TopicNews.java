// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.v1.BrokerAddress;
import io.taffrail.api.v1.PartitionLeader;
import io.taffrail.api.v1.TopicLeaders;
import io.taffrail.api.v1.WatchTopicsResponse;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What one client must know of its topics: first all of them, then those whose leaders or partition
 * count changed. Of what was told it keeps the image, which is shared, and no message.
 */
final class TopicNews implements Watch.News<WatchTopicsResponse> {
    private final ClusterView view;
    private final Set<String> names;
    private MetadataImage told = MetadataImage.EMPTY;
    private boolean first = true;

    TopicNews(ClusterView view, Collection<String> names) {
        this.view = view;
        this.names = new LinkedHashSet<>(names);
    }

    @Override
    public Iterator<WatchTopicsResponse> next() {
        MetadataImage now = view.image();
        if (!first && now.version().equals(told.version())) {
            return Collections.emptyIterator();
        }
        WatchTopicsResponse.Builder response = WatchTopicsResponse.newBuilder();
        addTopics(response, now);
        addBrokers(response, now);
        boolean something =
                first || !response.build().equals(WatchTopicsResponse.getDefaultInstance());
        first = false;
        told = now;
        return something ? Collections.singleton(stamped(response, now)).iterator() : none();
    }

    private static Iterator<WatchTopicsResponse> none() {
        return Collections.emptyIterator();
    }

    private WatchTopicsResponse stamped(WatchTopicsResponse.Builder response, MetadataImage now) {
        return response.setClusterId(view.clusterId())
                .setVersion(MetadataTranslator.toProto(now.version()))
                .build();
    }

    private void addTopics(WatchTopicsResponse.Builder response, MetadataImage now) {
        for (String name : names) {
            Optional<TopicImage> topic = now.topic(name);
            Optional<TopicImage> old = told.topic(name);
            if (topic.isEmpty() && (first || old.isPresent())) {
                response.addUnknownTopics(name);
            } else if (topic.isPresent()) {
                addIfChanged(response, old, topic.get());
            }
        }
    }

    /** Most changes of a topic are of its ISRs, and none of a client's business. */
    private static void addIfChanged(
            WatchTopicsResponse.Builder response, Optional<TopicImage> old, TopicImage topic) {
        if (old.isEmpty() || !same(old.get(), topic)) {
            TopicLeaders leaders = leaders(topic);
            if (old.isEmpty() || !leaders(old.get()).equals(leaders)) {
                response.addTopics(leaders);
            }
        }
    }

    private static <T> boolean same(T one, T other) {
        return one == other;
    }

    private static TopicLeaders leaders(TopicImage topic) {
        TopicLeaders.Builder leaders =
                TopicLeaders.newBuilder()
                        .setTopic(topic.topic().name())
                        .setTopicId(topic.topic().topicId().toString())
                        .setPartitioner(TopicDescriptions.partitioner(topic.topic().partitioner()));
        for (PartitionEntry partition : topic.partitions()) {
            PartitionLeader.Builder leader =
                    PartitionLeader.newBuilder()
                            .setPartition(partition.partition())
                            .setLeaderEpoch(partition.leaderEpoch());
            partition.leader().ifPresent(leader::setLeaderId);
            leaders.addPartitions(leader);
        }
        return leaders.build();
    }

    private void addBrokers(WatchTopicsResponse.Builder response, MetadataImage now) {
        for (BrokerEntry broker : now.brokers()) {
            Optional<BrokerAddress> old = usable(told, broker.brokerId());
            usable(now, broker.brokerId())
                    .filter(address -> !old.equals(Optional.of(address)))
                    .ifPresent(response::addBrokers);
        }
        for (BrokerEntry broker : told.brokers()) {
            int id = broker.brokerId();
            if (usable(told, id).isPresent() && usable(now, id).isEmpty()) {
                response.addRemovedBrokerIds(id);
            }
        }
    }

    private static Optional<BrokerAddress> usable(MetadataImage image, int brokerId) {
        return image.broker(brokerId)
                .filter(broker -> !broker.fenced())
                .map(BrokerDescriptions::clientAddress);
    }
}
