// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.ArrayList;
import java.util.List;

/** What holds of every state, and of every step from one to the next. */
final class Rules {
    private Rules() {}

    static void check(MetadataImage before, MetadataImage after) {
        after.forEachPartition(
                partition -> {
                    check(after, partition);
                    before.partition(partition.topicId(), partition.partition())
                            .ifPresent(was -> checkStep(was, partition));
                });
        for (BrokerEntry broker : after.brokers()) {
            before.broker(broker.brokerId())
                    .ifPresent(
                            was ->
                                    assertThat(broker.brokerEpoch())
                                            .isGreaterThanOrEqualTo(was.brokerEpoch()));
        }
    }

    private static void check(MetadataImage image, PartitionEntry partition) {
        List<Integer> replicas = partition.replicas().stream().map(ReplicaEntry::brokerId).toList();
        assertThat(partition.isr()).doesNotHaveDuplicates().isSubsetOf(replicas);
        assertThat(partition.elr()).doesNotHaveDuplicates().isSubsetOf(replicas);
        assertThat(partition.isr()).noneMatch(partition.elr()::contains);
        partition
                .leader()
                .ifPresent(
                        leader -> {
                            assertThat(partition.isr()).contains(leader);
                            assertThat(image.broker(leader).orElseThrow().active()).isTrue();
                        });
        for (int member : partition.isr()) {
            assertThat(image.broker(member).orElseThrow().active())
                    .as("member %s of the ISR of %s is alive", member, partition)
                    .isTrue();
        }
        if (partition.isr().size() >= partition.effectiveMinIsr()) {
            assertThat(partition.elr()).isEmpty();
        }
        List<Integer> claimants = new ArrayList<>(partition.isr());
        claimants.addAll(partition.elr());
        if (claimants.stream().anyMatch(id -> !isFaulty(partition, id))) { // I10
            assertThat(claimants)
                    .as("who counts in %s", partition)
                    .noneMatch(id -> isFaulty(partition, id));
        }
        assertThat(partition.adding()).isSubsetOf(replicas);
        assertThat(partition.adding()).noneMatch(partition.removing()::contains);
        assertThat(partition.removing()).isSubsetOf(replicas);
        assertThat(partition.target()).isNotEmpty();
        if (partition.moving() && !partition.recovering()) {
            assertThat(partition.isr().containsAll(partition.target()))
                    .as("the move of %s is over", partition)
                    .isFalse();
        }
        assertThat(partition.lastKnown()).allMatch(last -> replicas.contains(last.brokerId()));
        if (partition.isr().isEmpty() && partition.elr().isEmpty()) {
            assertThat(partition.lastKnown()).as("somebody is remembered").isNotEmpty();
        } else {
            assertThat(partition.lastKnown()).isEmpty();
        }
    }

    private static boolean isFaulty(PartitionEntry partition, int brokerId) {
        return partition.replicaOn(brokerId).orElseThrow().fault() != ReplicaFault.NONE;
    }

    private static void checkStep(PartitionEntry was, PartitionEntry is) {
        boolean changed = !was.equals(is);
        boolean leaderChanged = !was.leader().equals(is.leader());
        if (leaderChanged && is.leader().isPresent() && !is.recovering()) { // I5
            int leader = is.leader().getAsInt();
            boolean joinedByProposal =
                    is.isr().size() > 1
                            || (was.moving() && !is.moving())
                            || was.isr().stream().allMatch(id -> isFaulty(was, id));
            assertThat(was.isr().contains(leader) || was.elr().contains(leader) || joinedByProposal)
                    .as("%s became the leader of %s", leader, was)
                    .isTrue();
        }
        if (changed) {
            assertThat(is.partitionEpoch()).isGreaterThan(was.partitionEpoch());
        }
        if (leaderChanged) {
            assertThat(is.leaderEpoch()).isGreaterThan(was.leaderEpoch());
        } else if (is.partitionEpoch() == was.partitionEpoch() + 1) {
            assertThat(is.leaderEpoch()).isEqualTo(was.leaderEpoch());
        }
    }
}
