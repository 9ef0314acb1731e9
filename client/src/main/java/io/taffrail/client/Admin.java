// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.client.admin.BrokerDescription;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.ClusterUpdate;
import io.taffrail.client.admin.ClusterWatch;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.DeletedRecords;
import io.taffrail.client.admin.ListedOffset;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.OffsetSpec;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.QuorumDescription;
import io.taffrail.client.admin.TopicDescription;
import io.taffrail.client.admin.TopicSummary;
import io.taffrail.model.TopicId;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Shows and steers the cluster. Every call gives a future, which fails with a {@link
 * TaffrailException}; {@link TaffrailClient#await} waits for one. Reads are tried at one broker
 * after the other. A write whose answer is lost is not repeated, since it may have been done: look
 * first.
 */
public interface Admin {
    /** Makes a topic. Fails with TOPIC_EXISTS or INVALID_CONFIG. */
    CompletableFuture<TopicDescription> createTopic(NewTopic topic);

    /** Deletes a topic and its records, and gives its id. Fails with UNKNOWN_TOPIC. */
    CompletableFuture<TopicId> deleteTopic(String topic);

    /** All topics by name, without Taffrail's own. */
    default CompletableFuture<List<TopicSummary>> listTopics() {
        return listTopics("", false);
    }

    /**
     * Topics by name.
     *
     * @param namePrefix only names that begin so; empty: all
     * @param includeInternal also Taffrail's own, whose names begin with {@code __}
     */
    CompletableFuture<List<TopicSummary>> listTopics(String namePrefix, boolean includeInternal);

    /** A topic as the controllers keep it, without its replicas' progress. */
    default CompletableFuture<TopicDescription> describeTopic(String topic) {
        return describeTopic(topic, false);
    }

    /**
     * A topic. Fails with UNKNOWN_TOPIC.
     *
     * @param includeProgress also ask the leaders for offsets and how far each replica is
     */
    CompletableFuture<TopicDescription> describeTopic(String topic, boolean includeProgress);

    /**
     * Changes some of a topic's settings; the others stay. Fails with INVALID_CONFIG or
     * UNKNOWN_TOPIC.
     *
     * @param set values by name
     * @param unset names whose own value is removed, so that they follow the cluster's default
     * @return all settings after the change
     */
    CompletableFuture<List<ConfigEntry>> alterTopicConfig(
            String topic, Map<String, String> set, Set<String> unset);

    /**
     * Adds partitions to a topic; keys move to other partitions. Fails with INVALID_CONFIG or
     * UNKNOWN_TOPIC.
     *
     * @param partitionCount how many there shall be in all
     * @return the new ones
     */
    CompletableFuture<List<PartitionDescription>> createPartitions(
            String topic, int partitionCount);

    /**
     * Moves the start of logs forward. One partition's failure does not fail the others.
     *
     * @param beforeOffsets exclusive ends of what is deleted; empty: all that is committed
     */
    CompletableFuture<Map<PartitionRef, DeletedRecords>> deleteRecords(
            Map<PartitionRef, OptionalLong> beforeOffsets);

    /** Finds offsets. One partition's failure does not fail the others. */
    CompletableFuture<Map<PartitionRef, ListedOffset>> listOffsets(
            Map<PartitionRef, OffsetSpec> specs);

    CompletableFuture<ClusterDescription> describeCluster();

    /**
     * The controllers' Raft group. Fails with LEADER_UNKNOWN while there is no active controller.
     */
    CompletableFuture<QuorumDescription> describeQuorum();

    /** A broker; with code NOT_FOUND if none of that id is registered. */
    CompletableFuture<BrokerDescription> describeBroker(int brokerId);

    /**
     * Tells all that is in the cluster, then what changes.
     *
     * @param listener called on a thread of the client's, which must not be held up
     */
    ClusterWatch watchCluster(java.util.function.Consumer<ClusterUpdate> listener);
}
