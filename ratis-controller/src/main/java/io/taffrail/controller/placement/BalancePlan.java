// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.List;
import java.util.function.Predicate;

/**
 * Assignments that would make replicas, and then preferred leaders, even over the brokers that take
 * replicas. No partition comes to stand on fewer racks than it does.
 *
 * @param assignments changed ones, by topic name and partition
 * @param movedReplicas how many replicas they copy
 */
public record BalancePlan(List<Assignment> assignments, int movedReplicas) {
    /** Where a partition should be, the preferred leader first. */
    public record Assignment(TopicId topicId, int partition, List<Integer> brokerIds) {
        public Assignment {
            brokerIds = List.copyOf(brokerIds);
        }
    }

    public BalancePlan {
        assignments = List.copyOf(assignments);
    }

    /**
     * Plans.
     *
     * @param mayChange partitions that may be assigned anew; all count. One that is being moved is
     *     left alone
     * @param atMost how many partitions to change
     */
    public static BalancePlan of(
            MetadataImage image, Predicate<PartitionEntry> mayChange, int atMost) {
        Balance balance = new Balance(image, mayChange.and(each -> !each.moving()), atMost);
        new ReplicaBalancer(balance).run();
        new LeaderBalancer(balance).run();
        return balance.plan();
    }
}
