// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.grpc.Status;
import io.taffrail.model.LogError.CanonicalCode;
import java.util.Optional;

/** The model's names of gRPC's canonical codes, and gRPC's own. */
public final class CanonicalCodes {
    private CanonicalCodes() {}

    public static Status.Code toGrpc(CanonicalCode code) {
        return switch (code) {
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
            case ABORTED -> Status.Code.ABORTED;
            case OUT_OF_RANGE -> Status.Code.OUT_OF_RANGE;
            case FAILED_PRECONDITION -> Status.Code.FAILED_PRECONDITION;
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case DATA_LOSS -> Status.Code.DATA_LOSS;
        };
    }

    /** Empty for a code that no {@link io.taffrail.model.LogError} has. */
    public static Optional<CanonicalCode> toModel(Status.Code code) {
        return switch (code) {
            case UNAVAILABLE -> Optional.of(CanonicalCode.UNAVAILABLE);
            case DEADLINE_EXCEEDED -> Optional.of(CanonicalCode.DEADLINE_EXCEEDED);
            case ABORTED -> Optional.of(CanonicalCode.ABORTED);
            case OUT_OF_RANGE -> Optional.of(CanonicalCode.OUT_OF_RANGE);
            case FAILED_PRECONDITION -> Optional.of(CanonicalCode.FAILED_PRECONDITION);
            case INVALID_ARGUMENT -> Optional.of(CanonicalCode.INVALID_ARGUMENT);
            case NOT_FOUND -> Optional.of(CanonicalCode.NOT_FOUND);
            case ALREADY_EXISTS -> Optional.of(CanonicalCode.ALREADY_EXISTS);
            case RESOURCE_EXHAUSTED -> Optional.of(CanonicalCode.RESOURCE_EXHAUSTED);
            case DATA_LOSS -> Optional.of(CanonicalCode.DATA_LOSS);
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    PERMISSION_DENIED,
                    UNIMPLEMENTED,
                    INTERNAL,
                    UNAUTHENTICATED ->
                    Optional.empty();
        };
    }
}
