// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.internal.v1.ChangeQuorumRequest;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.v1.AddControllerRequest;
import io.taffrail.api.v1.AddControllerResponse;
import io.taffrail.api.v1.RemoveControllerRequest;
import io.taffrail.api.v1.RemoveControllerResponse;
import io.taffrail.api.v1.TransferControllerLeadershipRequest;
import io.taffrail.api.v1.TransferControllerLeadershipResponse;
import io.taffrail.broker.metadata.ActiveController;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Changes of the controllers' group, sent on to the active controller as they came. */
final class QuorumSteering {
    /** A controller that is added has the whole state copied first. */
    private static final Duration AT_MOST = Duration.ofMinutes(2);

    private final ActiveController controller;

    QuorumSteering(ActiveController controller) {
        this.controller = controller;
    }

    CompletableFuture<AddControllerResponse> add(AddControllerRequest request) {
        return change(ChangeQuorumRequest.newBuilder().setAddController(request))
                .thenApply(
                        done ->
                                AddControllerResponse.newBuilder()
                                        .addAllPeers(done.getPeersList())
                                        .build());
    }

    CompletableFuture<RemoveControllerResponse> remove(RemoveControllerRequest request) {
        return change(ChangeQuorumRequest.newBuilder().setRemoveController(request))
                .thenApply(
                        done ->
                                RemoveControllerResponse.newBuilder()
                                        .addAllPeers(done.getPeersList())
                                        .build());
    }

    CompletableFuture<TransferControllerLeadershipResponse> transfer(
            TransferControllerLeadershipRequest request) {
        return change(ChangeQuorumRequest.newBuilder().setTransferLeadership(request))
                .thenApply(
                        done ->
                                TransferControllerLeadershipResponse.newBuilder()
                                        .setLeaderId(done.getLeaderId())
                                        .setTerm(done.getTerm())
                                        .build());
    }

    private CompletableFuture<ChangeQuorumResponse> change(ChangeQuorumRequest.Builder request) {
        return controller.changeQuorum(request.build(), AT_MOST);
    }
}
