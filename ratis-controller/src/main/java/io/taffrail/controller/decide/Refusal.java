// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.LogError;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Why a command changes nothing.
 *
 * @param code what kind of refusal it is
 * @param error the reason, where clients know one
 * @param message for people: what was expected and what was found
 * @param metadata by keys out of {@link LogError#metadataKeys()}
 * @param field the field at fault, by its path in the request
 */
public record Refusal(
        LogError.CanonicalCode code,
        Optional<LogError> error,
        String message,
        SortedMap<String, String> metadata,
        Optional<String> field) {
    public Refusal {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }

    static Refusal of(LogError error, String message) {
        return new Refusal(
                error.code(), Optional.of(error), message, new TreeMap<>(), Optional.empty());
    }

    static Refusal of(LogError.CanonicalCode code, String message) {
        return new Refusal(code, Optional.empty(), message, new TreeMap<>(), Optional.empty());
    }

    static Refusal staleEpoch(String what, long asked, long current) {
        return of(LogError.STALE_EPOCH, what + " " + asked + " is not the current one, " + current)
                .with("current_epoch", current);
    }

    Refusal with(String key, long value) {
        SortedMap<String, String> more = new TreeMap<>(metadata);
        more.put(key, Long.toString(value));
        return new Refusal(code, error, message, more, field);
    }

    Refusal inField(String path) {
        return new Refusal(code, error, message, metadata, Optional.of(path));
    }
}
