// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.taffrail.api.CanonicalCodes;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.controller.decide.Refusal;
import io.taffrail.controller.quorum.NotActiveException;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What a call is answered when it is not answered. */
final class Failures {
    private Failures() {}

    static StatusRuntimeException refused(Refusal refusal) {
        return StatusProto.toStatusRuntimeException(status(refusal));
    }

    static Status status(Refusal refusal) {
        return refusal.error()
                .map(error -> StatusTranslator.toStatus(failure(error, refusal)))
                .orElseGet(
                        () ->
                                Status.newBuilder()
                                        .setCode(CanonicalCodes.toGrpc(refusal.code()).value())
                                        .setMessage(refusal.message())
                                        .build());
    }

    private static LogFailure failure(LogError error, Refusal refusal) {
        LogFailure failure = LogFailure.of(error, refusal.message());
        for (Map.Entry<String, String> entry : refusal.metadata().entrySet()) {
            failure = failure.with(entry.getKey(), entry.getValue());
        }
        return refusal.field().map(failure::inField).orElse(failure);
    }

    static StatusRuntimeException notController(Proposer proposer) {
        return notController(proposer.activeControllerId(), proposer::apiAddress);
    }

    static StatusRuntimeException notController(Quorum quorum) {
        return notController(quorum.leaderNodeId(), quorum::apiAddress);
    }

    /** A broker that was never told of the active controller learns here where it is. */
    private static StatusRuntimeException notController(
            OptionalInt activeId, IntFunction<Optional<HostPort>> apiAddress) {
        LogFailure failure =
                LogFailure.of(LogError.NOT_CONTROLLER, "this node is not the active controller");
        if (activeId.isPresent()) {
            int id = activeId.getAsInt();
            failure = failure.with("controller_id", id);
            Optional<HostPort> address = apiAddress.apply(id);
            if (address.isPresent()) {
                failure = failure.with("controller_address", address.get().toString());
            }
        }
        return StatusTranslator.toException(failure);
    }

    /** A proposal that failed: the caller tries again, here or elsewhere. Others are bugs. */
    static StatusRuntimeException proposal(Throwable thrown, Proposer proposer) {
        return proposal(thrown, () -> notController(proposer));
    }

    static StatusRuntimeException proposal(
            Throwable thrown, Supplier<StatusRuntimeException> notController) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (cause instanceof StatusRuntimeException status) {
            return status;
        }
        if (cause instanceof NotActiveException) {
            return notController.get();
        }
        return io.grpc.Status.INTERNAL.withDescription(cause.getMessage()).asRuntimeException();
    }

    static StatusRuntimeException malformed(IllegalArgumentException e) {
        return io.grpc.Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
    }
}
