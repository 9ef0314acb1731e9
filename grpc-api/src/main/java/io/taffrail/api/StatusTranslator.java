// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.taffrail.model.LogError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a status of a {@link LogFailure}, and reads one back: the canonical code, and among the
 * details an {@code ErrorInfo} with the reason, a {@code RetryInfo} where a retry helps, a {@code
 * BadRequest} where a field is to blame.
 *
 * <p>A status takes at most {@value #MAX_STATUS_BYTES} bytes: it travels in a header, for which
 * clients and proxies have limits of their own, and beyond those the whole answer is lost. So long
 * texts are cut, and the reason never is.
 */
public final class StatusTranslator {
    /** The domain of every {@code ErrorInfo}. */
    public static final String DOMAIN = "taffrail.io";

    /** Of a whole {@code google.rpc.Status}, encoded. */
    public static final int MAX_STATUS_BYTES = 1024;

    private static final int MAX_MESSAGE_BYTES = 256;

    /** Of all values together: a host name of 253 bytes, a port, and two numbers fit. */
    private static final int MAX_METADATA_BYTES = 320;

    private static final int MAX_FIELD_BYTES = 64;

    /** What the lengths of the messages around a description may grow by when it is put in. */
    private static final int DESCRIPTION_OVERHEAD_BYTES = 8;

    /** The largest that {@code google.protobuf.Duration} allows. */
    private static final long MAX_DURATION_SECONDS = 315_576_000_000L;

    private StatusTranslator() {}

    /** The exception that ends a call. */
    public static StatusRuntimeException toException(LogFailure failure) {
        return StatusProto.toStatusRuntimeException(toStatus(failure));
    }

    /** The status that ends a call, a slot, or one item of a request. */
    public static Status toStatus(LogFailure failure) {
        Status.Builder status =
                Status.newBuilder()
                        .setCode(CanonicalCodes.toGrpc(failure.error().code()).value())
                        .setMessage(BoundedText.cut(failure.message(), MAX_MESSAGE_BYTES))
                        .addDetails(Any.pack(errorInfo(failure)));
        failure.retryDelay().ifPresent(delay -> status.addDetails(Any.pack(retryInfo(delay))));
        failure.field().ifPresent(field -> addBadRequest(status, field, failure.message()));
        return status.build();
    }

    /**
     * INVALID_ARGUMENT with a {@code BadRequest}: for a request that breaks a rule of the contract
     * which has no reason of its own.
     *
     * @param field the field at fault, by its path in the request
     * @param description what is wrong; for people, in the words of the contract
     */
    public static Status invalidArgument(String field, String description) {
        Status.Builder status =
                Status.newBuilder()
                        .setCode(io.grpc.Status.Code.INVALID_ARGUMENT.value())
                        .setMessage(BoundedText.cut(field + ": " + description, MAX_MESSAGE_BYTES));
        addBadRequest(status, field, description);
        return status.build();
    }

    private static ErrorInfo errorInfo(LogFailure failure) {
        return ErrorInfo.newBuilder()
                .setReason(failure.error().name())
                .setDomain(DOMAIN)
                .putAllMetadata(bounded(failure.metadata()))
                .build();
    }

    /** Cuts the longest values only: each gets an equal share of what shorter ones left over. */
    private static Map<String, String> bounded(Map<String, String> metadata) {
        List<Map.Entry<String, String>> shortestFirst = new ArrayList<>(metadata.entrySet());
        shortestFirst.sort(Comparator.comparingInt(entry -> BoundedText.bytes(entry.getValue())));
        Map<String, String> bounded = new LinkedHashMap<>();
        int bytesLeft = MAX_METADATA_BYTES;
        int valuesLeft = shortestFirst.size();
        for (Map.Entry<String, String> entry : shortestFirst) {
            String value = BoundedText.cut(entry.getValue(), bytesLeft / valuesLeft);
            bounded.put(entry.getKey(), value);
            bytesLeft -= BoundedText.bytes(value);
            valuesLeft--;
        }
        return bounded;
    }

    private static RetryInfo retryInfo(Duration delay) {
        return RetryInfo.newBuilder()
                .setRetryDelay(
                        com.google.protobuf.Duration.newBuilder()
                                .setSeconds(delay.getSeconds())
                                .setNanos(delay.getNano()))
                .build();
    }

    private static void addBadRequest(Status.Builder status, String field, String description) {
        String boundedField = BoundedText.cut(field, MAX_FIELD_BYTES);
        int index = status.getDetailsCount();
        status.addDetails(Any.pack(badRequest(boundedField, "")));
        int bytesLeft =
                MAX_STATUS_BYTES - status.build().getSerializedSize() - DESCRIPTION_OVERHEAD_BYTES;
        String boundedDescription = BoundedText.cut(description, Math.max(0, bytesLeft));
        status.setDetails(index, Any.pack(badRequest(boundedField, boundedDescription)));
    }

    private static BadRequest badRequest(String field, String description) {
        return BadRequest.newBuilder()
                .addFieldViolations(
                        BadRequest.FieldViolation.newBuilder()
                                .setField(field)
                                .setDescription(description))
                .build();
    }

    /**
     * What a call failed with, if Taffrail decided it. Empty if the network, a proxy or the
     * client's own library did, and for a reason that only a later version knows.
     */
    public static Optional<LogFailure> fromException(Throwable thrown) {
        try {
            return Optional.ofNullable(StatusProto.fromThrowable(thrown))
                    .flatMap(StatusTranslator::fromStatus);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // details that are not a status, or not the one of this call
        }
    }

    /** As {@link #fromException}, of what a call was closed with. */
    public static Optional<LogFailure> fromTrailers(io.grpc.Status status, Metadata trailers) {
        return fromException(status.asRuntimeException(trailers));
    }

    /** As {@link #fromException}, of a slot's {@code closed} and an item's {@code error}. */
    public static Optional<LogFailure> fromStatus(Status status) {
        return detail(status, ErrorInfo.class)
                .filter(info -> info.getDomain().equals(DOMAIN))
                .flatMap(info -> fromErrorInfo(info, status));
    }

    private static Optional<LogFailure> fromErrorInfo(ErrorInfo info, Status status) {
        return byReason(info.getReason())
                .map(
                        error ->
                                new LogFailure(
                                        error,
                                        status.getMessage(),
                                        knownMetadata(error, info),
                                        field(status),
                                        retryDelay(error, status)));
    }

    private static Optional<LogError> byReason(String reason) {
        for (LogError error : LogError.values()) {
            if (error.name().equals(reason)) {
                return Optional.of(error);
            }
        }
        return Optional.empty();
    }

    /** A later version may say more of an error. */
    private static Map<String, String> knownMetadata(LogError error, ErrorInfo info) {
        Map<String, String> known = new LinkedHashMap<>();
        for (String key : error.metadataKeys()) {
            String value = info.getMetadataMap().get(key);
            if (value != null) {
                known.put(key, value);
            }
        }
        return known;
    }

    private static Optional<String> field(Status status) {
        return detail(status, BadRequest.class)
                .filter(request -> request.getFieldViolationsCount() > 0)
                .map(request -> request.getFieldViolations(0).getField());
    }

    private static Optional<Duration> retryDelay(LogError error, Status status) {
        if (!error.retriable()) {
            return Optional.empty();
        }
        return detail(status, RetryInfo.class)
                .flatMap(info -> toModel(info.getRetryDelay()))
                .or(() -> LogFailure.usualRetryDelay(error));
    }

    private static Optional<Duration> toModel(com.google.protobuf.Duration delay) {
        long seconds = delay.getSeconds();
        int nanos = delay.getNanos();
        boolean plausible =
                seconds >= 0 && seconds <= MAX_DURATION_SECONDS && nanos >= 0 && nanos < 1e9;
        return plausible ? Optional.of(Duration.ofSeconds(seconds, nanos)) : Optional.empty();
    }

    private static <T extends Message> Optional<T> detail(Status status, Class<T> type) {
        for (Any any : status.getDetailsList()) {
            if (any.is(type)) {
                try {
                    return Optional.of(any.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
