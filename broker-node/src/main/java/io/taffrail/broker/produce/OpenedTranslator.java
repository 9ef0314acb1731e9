// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.v1.Opened;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;

/** What a client is told of a slot's partition. */
final class OpenedTranslator {
    private final int brokerId;
    private final ClusterView cluster;
    private final ProduceLimits limits;

    OpenedTranslator(int brokerId, ClusterView cluster, ProduceLimits limits) {
        this.brokerId = brokerId;
        this.cluster = cluster;
        this.limits = limits;
    }

    /** Of a partition that is led here, as it is now. */
    Opened toProto(PartitionLeader leader) {
        MetadataImage image = cluster.image();
        return Opened.newBuilder()
                .setTopicId(leader.partition().topicId().toString())
                .setClusterId(cluster.clusterId())
                .setLeaderId(brokerId)
                .setLeaderAddress(
                        image.broker(brokerId)
                                .flatMap(BrokerEntry::apiAddress)
                                .map(HostPort::toString)
                                .orElse(""))
                .setLeaderEpoch(leader.leaderEpoch())
                .setPartitionCount(leader.partitionCount())
                .setMaxBatchBytes(leader.config().maxMessageBytes())
                .setMaxInFlight(limits.maxInFlight())
                .setIdleIntervalMs((int) limits.idleInterval().toMillis())
                .setFeatureLevel(image.featureLevel())
                .build();
    }
}
