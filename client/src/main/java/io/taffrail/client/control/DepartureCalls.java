// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.ReplaceDiskRequest;
import io.taffrail.api.v1.UnregisterBrokerRequest;
import io.taffrail.client.admin.DecommissionStatus;
import io.taffrail.client.admin.LostDisk;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.UnaryCall;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Admin calls about brokers that leave, for good or for another disk. */
final class DepartureCalls {
    private final Connection connection;

    DepartureCalls(Connection connection) {
        this.connection = connection;
    }

    CompletableFuture<DecommissionStatus> decommission(int brokerId, OptionalLong throttle) {
        DecommissionBrokerRequest.Builder request =
                DecommissionBrokerRequest.newBuilder().setBrokerId(brokerId);
        throttle.ifPresent(request::setThrottleBytesPerSecond);
        return decommission(request.build(), "cannot decommission broker " + brokerId);
    }

    CompletableFuture<DecommissionStatus> cancelDecommission(int brokerId) {
        return decommission(
                DecommissionBrokerRequest.newBuilder()
                        .setBrokerId(brokerId)
                        .setCancel(true)
                        .build(),
                "cannot cancel the decommissioning of broker " + brokerId);
    }

    private CompletableFuture<DecommissionStatus> decommission(
            DecommissionBrokerRequest request, String what) {
        return UnaryCall.read(
                        connection, AdminServiceGrpc.getDecommissionBrokerMethod(), request, what)
                .thenApply(
                        answer ->
                                new DecommissionStatus(
                                        ClusterValues.summary(answer.getBroker()),
                                        answer.getRemainingReplicaCount(),
                                        answer.hasRemainingBytes()
                                                ? OptionalLong.of(answer.getRemainingBytes())
                                                : OptionalLong.empty(),
                                        answer.getStuckPartitionsList().stream()
                                                .map(PartitionValues::partition)
                                                .toList()));
    }

    CompletableFuture<Void> unregister(int brokerId) {
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getUnregisterBrokerMethod(),
                        UnregisterBrokerRequest.newBuilder().setBrokerId(brokerId).build(),
                        "cannot unregister broker " + brokerId)
                .thenApply(answer -> null);
    }

    CompletableFuture<LostDisk> replaceDisk(int brokerId) {
        return UnaryCall.read(
                        connection,
                        AdminServiceGrpc.getReplaceDiskMethod(),
                        ReplaceDiskRequest.newBuilder().setNodeId(brokerId).build(),
                        "cannot replace the disk of broker " + brokerId)
                .thenApply(
                        answer ->
                                new LostDisk(
                                        ClusterValues.summary(answer.getBroker()),
                                        answer.getReplicaCount(),
                                        answer.getLeaderlessPartitionsList().stream()
                                                .map(PartitionValues::partition)
                                                .toList()));
    }
}
