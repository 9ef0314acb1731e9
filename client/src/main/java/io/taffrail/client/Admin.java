// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.client.admin.ActiveController;
import io.taffrail.client.admin.BrokerDescription;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.ClusterUpdate;
import io.taffrail.client.admin.ClusterWatch;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.ControllerRef;
import io.taffrail.client.admin.DecommissionStatus;
import io.taffrail.client.admin.DeletedRecords;
import io.taffrail.client.admin.Election;
import io.taffrail.client.admin.ElectionResult;
import io.taffrail.client.admin.ListedOffset;
import io.taffrail.client.admin.LostDisk;
import io.taffrail.client.admin.NewController;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.OffsetSpec;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.PartitionReassignment;
import io.taffrail.client.admin.QuorumDescription;
import io.taffrail.client.admin.QuorumPeer;
import io.taffrail.client.admin.ReassignmentPlan;
import io.taffrail.client.admin.ReassignmentResult;
import io.taffrail.client.admin.ReassignmentStatus;
import io.taffrail.client.admin.TopicDescription;
import io.taffrail.client.admin.TopicSummary;
import io.taffrail.model.TopicId;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
     * Moves replicas, sets the throttle of moves that are under way, or cancels them. Completes
     * when the moves are begun. One partition's failure does not fail the others; a repetition
     * changes nothing.
     *
     * @param reassignments 1 to 10,000
     * @param throttleBytesPerSecond how much each broker may receive for moves, all that are under
     *     way together; 0: no limit; empty: as it is, at first each broker's own setting
     * @param validateOnly check everything, and move nothing
     */
    CompletableFuture<Map<PartitionRef, ReassignmentResult>> reassignPartitions(
            List<PartitionReassignment> reassignments,
            OptionalLong throttleBytesPerSecond,
            boolean validateOnly);

    /**
     * Proposes moves that make replicas and leaders even, with as few of them as that takes.
     * Changes nothing.
     *
     * @param topics only partitions of these are moved; none: those of all
     */
    CompletableFuture<ReassignmentPlan> planReassignment(Set<String> topics);

    /**
     * The moves that are under way, by topic and partition.
     *
     * @param topic only of this one; empty: of all
     */
    CompletableFuture<List<ReassignmentStatus>> listReassignments(String topic);

    /** Elects leaders. One partition's failure does not fail the others. */
    CompletableFuture<List<ElectionResult>> electLeaders(Election election);

    /**
     * Moves all replicas off a broker and gives it no new ones. Completes at once; again, it tells
     * how far that is.
     *
     * @param throttleBytesPerSecond as in {@link #reassignPartitions}
     */
    CompletableFuture<DecommissionStatus> decommissionBroker(
            int brokerId, OptionalLong throttleBytesPerSecond);

    /**
     * Stops emptying a broker: moves off it that are under way are cancelled, and it gets replicas
     * again.
     */
    CompletableFuture<DecommissionStatus> cancelDecommission(int brokerId);

    /**
     * Forgets a broker for good. Fails with code FAILED_PRECONDITION while it is alive or holds a
     * replica. One that is not registered is passed over.
     */
    CompletableFuture<Void> unregisterBroker(int brokerId);

    /**
     * Gives the disk of a broker up for lost, so that it may come back with an empty one. Fails
     * with code FAILED_PRECONDITION while the broker is alive and its disk in use.
     */
    CompletableFuture<LostDisk> replaceDisk(int brokerId);

    /**
     * Adds a node to the controllers' Raft group, or puts it in the place of one, in a single
     * change. Completes when the change is committed.
     *
     * @return the group after the change, by node id
     */
    CompletableFuture<List<QuorumPeer>> addController(NewController controller);

    /**
     * Takes a node out of the controllers' Raft group; the last one cannot be.
     *
     * @return the group after the change, by node id
     */
    CompletableFuture<List<QuorumPeer>> removeController(ControllerRef controller);

    /**
     * Hands the active controller's duties to another controller.
     *
     * @param nodeId empty: whoever of the others is furthest
     */
    CompletableFuture<ActiveController> transferControllerLeadership(OptionalInt nodeId);

    /**
     * Tells all that is in the cluster, then what changes.
     *
     * @param listener called on a thread of the client's, which must not be held up
     */
    ClusterWatch watchCluster(java.util.function.Consumer<ClusterUpdate> listener);
}
