// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.DecommissionStatus;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.PartitionReassignment;
import io.taffrail.client.admin.ReassignmentResult;
import io.taffrail.client.admin.ReplicaDescription;
import io.taffrail.workload.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A broker joins, takes over the place of each partition's leader, is emptied and leaves for good.
 *
 * @param newcomer its id, which nobody had before
 */
record BrokerComesAndGoes(int newcomer) implements Fault {
    @Override
    public void strike(Stage stage) throws Exception {
        ClusterNode node = stage.cluster().addBroker(newcomer);
        Admin admin = stage.observer().through(stage.observer().otherThan(newcomer)).admin();
        moveLeadersTo(stage, admin);
        decommission(stage, admin);
        assertThat(node.terminate()).as("exit code of the broker that leaves").isZero();
        stage.cluster().remove(node);
        stage.observer()
                .awaitCluster(
                        stage.observer().otherThan(newcomer),
                        "has seen broker " + newcomer + " go",
                        cluster -> unregister(admin));
    }

    private void moveLeadersTo(Stage stage, Admin admin) throws Exception {
        List<PartitionReassignment> moves = new ArrayList<>();
        for (PartitionDescription partition : partitions(stage)) {
            moves.add(
                    PartitionReassignment.to(
                            PartitionRef.of(stage.topic(), partition.partition()),
                            inPlaceOfLeader(partition)));
        }
        Map<PartitionRef, ReassignmentResult> results =
                TaffrailClient.await(admin.reassignPartitions(moves, OptionalLong.empty(), false));
        assertThat(results.values()).allMatch(result -> result.error().isEmpty());
        Deadline.await(
                "broker " + newcomer + " holds all partitions, in sync, and no move is left",
                () -> partitions(stage).stream().allMatch(this::isMoved));
        stage.workload().awaitProgress();
    }

    private List<Integer> inPlaceOfLeader(PartitionDescription partition) {
        List<Integer> brokers = brokers(partition);
        int replaced = partition.leaderId().orElse(brokers.get(0)); // between two, there is none
        List<Integer> target = new ArrayList<>(List.of(newcomer));
        brokers.stream().filter(id -> id != replaced).forEach(target::add);
        return target;
    }

    private boolean isMoved(PartitionDescription partition) {
        return partition.isr().contains(newcomer)
                && brokers(partition).contains(newcomer)
                && partition.removingBrokerIds().isEmpty()
                && partition.addingBrokerIds().isEmpty();
    }

    private void decommission(Stage stage, Admin admin) throws Exception {
        Deadline.await(
                "broker " + newcomer + " is empty",
                () -> {
                    DecommissionStatus status =
                            TaffrailClient.await(
                                    admin.decommissionBroker(newcomer, OptionalLong.empty()));
                    assertThat(status.stuckPartitions()).isEmpty();
                    return status.remainingReplicaCount() == 0;
                });
        assertThat(partitions(stage)).noneMatch(partition -> brokers(partition).contains(newcomer));
        stage.workload().awaitProgress();
    }

    private boolean unregister(Admin admin) {
        TaffrailClient.await(admin.unregisterBroker(newcomer));
        return true;
    }

    private List<PartitionDescription> partitions(Stage stage) {
        return stage.observer()
                .topic(stage.observer().otherThan(newcomer), stage.topic())
                .partitions();
    }

    private static List<Integer> brokers(PartitionDescription partition) {
        return partition.replicas().stream().map(ReplicaDescription::brokerId).toList();
    }

    @Override
    public String toString() {
        return "BROKER_COMES_AND_GOES";
    }
}
