// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static io.taffrail.model.Invariants.check;

import io.taffrail.model.LogError;
import io.taffrail.model.batch.BatchFault;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link LogError} with what is to be said about this occurrence: all that a status carries, as a
 * value. {@link StatusTranslator} makes a status of it, and reads one back.
 *
 * @param message for people: what was expected and what was found
 * @param metadata by keys out of {@link LogError#metadataKeys()}, each optional; in order of
 *     insertion
 * @param field the field at fault, by its path in the request
 * @param retryDelay how long to wait before a retry; there if and only if the error is retriable
 */
public record LogFailure(
        LogError error,
        String message,
        Map<String, String> metadata,
        Optional<String> field,
        Optional<Duration> retryDelay) {
    private static final Duration BACK_OFF = Duration.ofMillis(100);
    private static final Duration BACK_OFF_FROM_LIMITS = Duration.ofSeconds(1);

    public LogFailure {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        for (String key : metadata.keySet()) {
            check(
                    error.metadataKeys().contains(key),
                    "%s has no metadata '%s', only %s",
                    error,
                    key,
                    error.metadataKeys());
        }
        check(
                retryDelay.isPresent() == error.retriable(),
                "%s: retriable is %s, retry delay is %s",
                error,
                error.retriable(),
                retryDelay);
        check(
                retryDelay.filter(Duration::isNegative).isEmpty(),
                "%s: retry delay is %s",
                error,
                retryDelay);
    }

    /** Without metadata; with the retry delay that is usual for the error. */
    public static LogFailure of(LogError error, String message) {
        return new LogFailure(error, message, Map.of(), Optional.empty(), usualRetryDelay(error));
    }

    /** Why a batch is refused. */
    public static LogFailure of(BatchFault fault) {
        LogFailure failure = of(fault.error(), fault.message()).inField(fault.field());
        return fault.limit().isPresent()
                ? failure.with("limit", fault.limit().getAsLong())
                : failure;
    }

    /**
     * With one more entry of metadata.
     *
     * @throws io.taffrail.model.BrokenInvariantException if the error has no such key
     */
    public LogFailure with(String key, Object value) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(key, String.valueOf(value));
        return new LogFailure(error, message, more, field, retryDelay);
    }

    /** Naming the field at fault. */
    public LogFailure inField(String path) {
        return new LogFailure(error, message, metadata, Optional.of(path), retryDelay);
    }

    /**
     * With this delay instead of the usual one.
     *
     * @throws io.taffrail.model.BrokenInvariantException if the error is not retriable
     */
    public LogFailure retryAfter(Duration delay) {
        return new LogFailure(error, message, metadata, field, Optional.of(delay));
    }

    /** The delay of a retriable error when nobody knows better. */
    static Optional<Duration> usualRetryDelay(LogError error) {
        if (!error.retriable()) {
            return Optional.empty();
        }
        if (error == LogError.RECONNECT) {
            return Optional.of(Duration.ZERO);
        }
        return Optional.of(
                error.code() == LogError.CanonicalCode.RESOURCE_EXHAUSTED
                        ? BACK_OFF_FROM_LIMITS
                        : BACK_OFF);
    }
}
