// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.api.v1.CancelReassignment;
import io.taffrail.api.v1.ElectLeadersRequest;
import io.taffrail.api.v1.ElectLeadersResponse;
import io.taffrail.api.v1.ElectLeadersResult;
import io.taffrail.api.v1.ElectionType;
import io.taffrail.api.v1.PartitionReassignment;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.api.v1.ReassignPartitionsResponse;
import io.taffrail.api.v1.ReassignmentResult;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Replicas and leaders are moved at bad times. Each change tells when it has taken place. */
final class PlacementHarm {
    private static final Duration SOON = Duration.ofMillis(300);

    private final SimCluster cluster;
    private final SimChance chance;
    private final SimAdmin admin;

    PlacementHarm(SimCluster cluster, SimChance chance, SimAdmin admin) {
        this.cluster = cluster;
        this.chance = chance;
        this.admin = admin;
    }

    private Optional<PartitionEntry> somePartition() {
        return cluster.image()
                .topic(SimCluster.TOPIC)
                .map(TopicImage::partitions)
                .filter(partitions -> !partitions.isEmpty())
                .map(chance::oneOf);
    }

    private static PartitionRef ref(PartitionEntry partition) {
        return PartitionRef.newBuilder()
                .setTopic(SimCluster.TOPIC)
                .setPartition(partition.partition())
                .build();
    }

    // Moves

    void move(Runnable happened) {
        somePartition().ifPresent(partition -> move(partition, happened));
    }

    void moveAndCancel(Runnable happened) {
        somePartition()
                .ifPresent(
                        partition ->
                                move(
                                        partition,
                                        () ->
                                                cluster.world()
                                                        .scheduler()
                                                        .after(
                                                                chance.some(SOON),
                                                                () ->
                                                                        cancel(
                                                                                partition,
                                                                                happened))));
    }

    private void move(PartitionEntry partition, Runnable begun) {
        List<Integer> target = target();
        PartitionReassignment.Builder move =
                PartitionReassignment.newBuilder()
                        .setPartition(ref(partition))
                        .setTarget(ReplicaAssignment.newBuilder().addAllBrokerIds(target));
        reassign("partition " + partition.partition() + " on " + target, move, begun);
    }

    /** Sometimes one less than usual, so that also three brokers have something to move. */
    private List<Integer> target() {
        List<Integer> ids = new ArrayList<>(cluster.brokers().stream().map(SimNode::id).toList());
        Collections.shuffle(ids, chance.random());
        int most = cluster.options().replicationFactor();
        return ids.subList(0, Math.max(1, most - chance.random().nextInt(2)));
    }

    private void cancel(PartitionEntry partition, Runnable happened) {
        boolean moving =
                cluster.image()
                        .partition(partition.topicId(), partition.partition())
                        .filter(PartitionEntry::moving)
                        .isPresent();
        if (moving) {
            PartitionReassignment.Builder move =
                    PartitionReassignment.newBuilder()
                            .setPartition(ref(partition))
                            .setCancel(CancelReassignment.getDefaultInstance());
            reassign("partition " + partition.partition() + " where it was", move, happened);
        }
    }

    private void reassign(String what, PartitionReassignment.Builder move, Runnable happened) {
        ReassignPartitionsRequest request =
                ReassignPartitionsRequest.newBuilder().addReassignments(move).build();
        admin.<ReassignPartitionsResponse>ask(
                what,
                stub -> stub.reassignPartitions(request),
                answer -> {
                    if (answer.getResultsList().stream().noneMatch(ReassignmentResult::hasError)) {
                        happened.run();
                    }
                });
    }

    // Leaders

    /** Never an unclean one, which may lose what was acknowledged. */
    void elect(Runnable happened) {
        somePartition().ifPresent(partition -> elect(partition, happened));
    }

    private void elect(PartitionEntry partition, Runnable happened) {
        int leader = chance.oneOf(partition.replicas()).brokerId();
        ElectLeadersRequest request =
                ElectLeadersRequest.newBuilder()
                        .setElectionType(ElectionType.ELECTION_TYPE_CLEAN)
                        .addPartitions(ref(partition))
                        .setLeaderId(leader)
                        .build();
        admin.<ElectLeadersResponse>ask(
                "broker " + leader + " leads partition " + partition.partition(),
                stub -> stub.electLeaders(request),
                answer -> {
                    if (answer.getResultsList().stream().anyMatch(ElectLeadersResult::getChanged)) {
                        happened.run();
                    }
                });
    }
}
