// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why a call, a stream or a slot ended.
 *
 * @param answer what the cluster decided; empty if the network, a proxy or this client did
 * @param code gRPC's
 * @param message for people
 * @param address the broker that was asked
 * @param neverSent no connection could be made, so that nothing can have been done
 */
public record Failure(
        Optional<LogFailure> answer,
        Status.Code code,
        String message,
        HostPort address,
        boolean neverSent) {

    /** What a call was closed with. */
    public static Failure of(Status status, Metadata trailers, HostPort address) {
        Metadata known = trailers == null ? new Metadata() : trailers;
        return new Failure(
                StatusTranslator.fromTrailers(status, known),
                status.getCode(),
                text(status),
                address,
                couldNotConnect(status.getCause()));
    }

    /** What a call threw. */
    public static Failure of(Throwable thrown, HostPort address) {
        Metadata trailers =
                thrown instanceof StatusRuntimeException refused ? refused.getTrailers() : null;
        return of(Status.fromThrowable(thrown), trailers, address);
    }

    /** What a slot was closed with, or one item of an answer. */
    public static Failure of(com.google.rpc.Status status, HostPort address) {
        return new Failure(
                StatusTranslator.fromStatus(status),
                Status.fromCodeValue(status.getCode()).getCode(),
                status.getMessage(),
                address,
                false);
    }

    /** What this client found. */
    public static Failure local(String message, HostPort address) {
        return new Failure(Optional.empty(), Status.Code.UNAVAILABLE, message, address, false);
    }

    private static boolean couldNotConnect(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof ConnectException || at instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static String text(Status status) {
        StringBuilder text = new StringBuilder();
        text.append(status.getDescription() == null ? status.getCode() : status.getDescription());
        Throwable cause = status.getCause();
        if (cause != null && cause.getMessage() != null) {
            text.append(": ").append(cause.getMessage());
        }
        return text.toString();
    }

    public boolean is(LogError error) {
        return answer.isPresent() && answer.get().error() == error;
    }

    public Optional<LogError> reason() {
        return answer.map(LogFailure::error);
    }

    /** A number among the metadata of the cluster's answer. */
    public OptionalLong number(String key) {
        String value = answer.map(a -> a.metadata().get(key)).orElse(null);
        return value != null && value.matches("-?[0-9]{1,18}")
                ? OptionalLong.of(Long.parseLong(value))
                : OptionalLong.empty();
    }

    /** Whether the broker could not be reached, or the connection broke. */
    public boolean isOfConnection() {
        return answer.isEmpty() && code == Status.Code.UNAVAILABLE;
    }

    /** Whether the same may succeed later. */
    public boolean passes() {
        if (answer.isPresent()) {
            LogError error = answer.get().error();
            return error.retriable()
                    || error == LogError.NOT_COMMITTED_IN_TIME
                    || error == LogError.STALE_EPOCH;
        }
        return switch (code) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, INTERNAL, UNKNOWN, ABORTED, OK -> true;
            default -> false;
        };
    }

    /** Whether another broker is known to do it, so that there is nothing to wait for. */
    public boolean isMove() {
        return is(LogError.RECONNECT)
                || (is(LogError.NOT_LEADER)
                        && answer.orElseThrow().metadata().containsKey("leader_address"));
    }

    /** At least how long to wait before the next attempt, as the cluster wishes. */
    public Duration wishedDelay() {
        boolean hasLimits =
                reason().map(LogError::code)
                        .filter(c -> c == LogError.CanonicalCode.RESOURCE_EXHAUSTED)
                        .isPresent();
        return hasLimits ? answer.flatMap(LogFailure::retryDelay).orElseThrow() : Duration.ZERO;
    }

    /** For users. */
    public TaffrailException toException(String what) {
        Map<String, String> metadata = answer.map(LogFailure::metadata).orElse(Map.of());
        return new TaffrailException(
                what + ": " + message + " (broker " + address + ")",
                reason().orElse(null),
                code.name(),
                metadata,
                passes(),
                null);
    }
}
