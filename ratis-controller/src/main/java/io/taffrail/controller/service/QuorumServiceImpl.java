// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.internal.v1.ChangeQuorumRequest;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.internal.v1.IntroduceRequest;
import io.taffrail.api.internal.v1.IntroduceResponse;
import io.taffrail.api.internal.v1.QuorumServiceGrpc;
import io.taffrail.controller.membership.GroupChangeException;
import io.taffrail.controller.membership.IntroductionTranslator;
import io.taffrail.controller.membership.OwnIntroduction;
import io.taffrail.controller.quorum.Quorum;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Who belongs to the controllers' group, and changes of that. */
public final class QuorumServiceImpl extends QuorumServiceGrpc.QuorumServiceImplBase {
    private final OwnIntroduction own;
    private final Quorum quorum;
    private final QuorumChanges changes;

    /**
     * @param changes asked on the leader alone
     */
    public QuorumServiceImpl(OwnIntroduction own, Quorum quorum, QuorumChanges changes) {
        this.own = own;
        this.quorum = quorum;
        this.changes = changes;
    }

    @Override
    public void introduce(IntroduceRequest request, StreamObserver<IntroduceResponse> responses) {
        responses.onNext(IntroductionTranslator.toProto(own.get()));
        responses.onCompleted();
    }

    @Override
    public void changeQuorum(
            ChangeQuorumRequest request, StreamObserver<ChangeQuorumResponse> responses) {
        var unused =
                begin(request)
                        .whenComplete(
                                (response, failure) -> {
                                    if (failure == null) {
                                        responses.onNext(response);
                                        responses.onCompleted();
                                    } else {
                                        responses.onError(told(failure));
                                    }
                                });
    }

    private CompletableFuture<ChangeQuorumResponse> begin(ChangeQuorumRequest request) {
        if (!quorum.isLeader()) {
            return CompletableFuture.failedFuture(Failures.notController(quorum));
        }
        try {
            return switch (request.getChangeCase()) {
                case ADD_CONTROLLER -> changes.add(request.getAddController());
                case REMOVE_CONTROLLER -> changes.remove(request.getRemoveController());
                case TRANSFER_LEADERSHIP -> changes.transfer(request.getTransferLeadership());
                case CHANGE_NOT_SET ->
                        throw new IllegalArgumentException(
                                "the change is none that this version knows");
            };
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private StatusRuntimeException told(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof IllegalArgumentException malformed) {
            return Failures.malformed(malformed);
        }
        if (cause instanceof GroupChangeException) {
            return Status.FAILED_PRECONDITION
                    .withDescription(cause.getMessage())
                    .asRuntimeException();
        }
        return Failures.proposal(failure, () -> Failures.notController(quorum));
    }
}
