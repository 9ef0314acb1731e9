// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.taffrail.api.v1.AddControllerRequest;
import io.taffrail.api.v1.AddControllerResponse;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.RemoveControllerRequest;
import io.taffrail.api.v1.RemoveControllerResponse;
import io.taffrail.api.v1.TransferControllerLeadershipRequest;
import io.taffrail.client.admin.ActiveController;
import io.taffrail.client.admin.ControllerRef;
import io.taffrail.client.admin.NewController;
import io.taffrail.client.admin.QuorumPeer;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.UnaryCall;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Admin calls that change the controllers' Raft group. */
final class ControllerCalls {
    private final Connection connection;

    ControllerCalls(Connection connection) {
        this.connection = connection;
    }

    CompletableFuture<List<QuorumPeer>> add(NewController controller) {
        AddControllerRequest.Builder request =
                AddControllerRequest.newBuilder()
                        .setNodeId(controller.controller().nodeId())
                        .setDirectoryId(controller.controller().directoryId())
                        .setRaftAddress(controller.raftAddress())
                        .setApiAddress(controller.apiAddress());
        controller.replaces().ifPresent(replaced -> request.setReplaces(message(replaced)));
        return UnaryCall.write(
                        connection,
                        AdminServiceGrpc.getAddControllerMethod(),
                        request.build(),
                        "cannot add controller " + controller.controller().nodeId())
                .thenApply(AddControllerResponse::getPeersList)
                .thenApply(ControllerCalls::peers);
    }

    CompletableFuture<List<QuorumPeer>> remove(ControllerRef controller) {
        return UnaryCall.write(
                        connection,
                        AdminServiceGrpc.getRemoveControllerMethod(),
                        RemoveControllerRequest.newBuilder()
                                .setController(message(controller))
                                .build(),
                        "cannot remove controller " + controller.nodeId())
                .thenApply(RemoveControllerResponse::getPeersList)
                .thenApply(ControllerCalls::peers);
    }

    CompletableFuture<ActiveController> transferLeadership(OptionalInt nodeId) {
        TransferControllerLeadershipRequest.Builder request =
                TransferControllerLeadershipRequest.newBuilder();
        nodeId.ifPresent(request::setNodeId);
        return UnaryCall.write(
                        connection,
                        AdminServiceGrpc.getTransferControllerLeadershipMethod(),
                        request.build(),
                        "cannot transfer the controllers' leadership")
                .thenApply(answer -> new ActiveController(answer.getLeaderId(), answer.getTerm()));
    }

    private static io.taffrail.api.v1.ControllerRef message(ControllerRef controller) {
        return io.taffrail.api.v1.ControllerRef.newBuilder()
                .setNodeId(controller.nodeId())
                .setDirectoryId(controller.directoryId())
                .build();
    }

    private static List<QuorumPeer> peers(List<io.taffrail.api.v1.QuorumPeer> peers) {
        return peers.stream().map(ClusterValues::peer).toList();
    }
}
