// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.model.LogError;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster refused, or what kept a client from it. The message is for people and names the
 * broker where one was asked; programs look at {@link #reason} and {@link #metadata}.
 */
public final class TaffrailException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final LogError reason;
    private final String code;
    private final transient Map<String, String> metadata;
    private final boolean retriable;

    /**
     * @param reason null if not Taffrail decided but the network, a proxy or this client
     * @param code the canonical gRPC code, such as {@code UNAVAILABLE}
     * @param metadata by the names that {@link LogError#metadataKeys} gives
     */
    public TaffrailException(
            String message,
            LogError reason,
            String code,
            Map<String, String> metadata,
            boolean retriable,
            Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.code = code;
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        this.retriable = retriable;
    }

    /** A failure that has a reason of Taffrail's. */
    public static TaffrailException of(LogError reason, String message) {
        return new TaffrailException(
                message, reason, reason.code().name(), Map.of(), reason.retriable(), null);
    }

    /** Why, if Taffrail decided it. */
    public Optional<LogError> reason() {
        return Optional.ofNullable(reason);
    }

    public boolean is(LogError other) {
        return reason == other;
    }

    /** The canonical gRPC code, such as {@code NOT_FOUND}. */
    public String code() {
        return code;
    }

    /** What else is known, by the names that {@link LogError#metadataKeys} gives. */
    public Map<String, String> metadata() {
        return metadata == null ? Map.of() : metadata;
    }

    /** Whether the same request may succeed later without a change. */
    public boolean retriable() {
        return retriable;
    }
}
