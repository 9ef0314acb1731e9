// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.api.v1.Opened;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;

/** What a slot is told of its partition, which this broker leads. */
final class Announcement {
    private Announcement() {}

    static Opened of(FetchServices services, PartitionLeader leader, long nextOffset) {
        FetchEnvironment environment = services.environment();
        ClusterView cluster = environment.cluster();
        MetadataImage image = cluster.image();
        Opened.Builder opened =
                Opened.newBuilder()
                        .setTopicId(leader.partition().topicId().toString())
                        .setClusterId(cluster.clusterId())
                        .setLeaderId(environment.brokerId())
                        .setLeaderEpoch(leader.leaderEpoch())
                        .setPartitionCount(leader.partitionCount())
                        .setMaxBatchBytes(leader.config().maxMessageBytes())
                        .setIdleIntervalMs((int) services.limits().idleInterval().toMillis())
                        .setNext(Places.before(leader, nextOffset))
                        .setFeatureLevel(image.featureLevel());
        image.broker(environment.brokerId())
                .flatMap(BrokerEntry::apiAddress)
                .ifPresent(address -> opened.setLeaderAddress(address.toString()));
        return opened.build();
    }
}
