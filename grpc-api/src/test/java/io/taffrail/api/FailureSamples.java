// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.model.LogError;
import java.time.Duration;

/** Failures with everything in them that their error allows. */
final class FailureSamples {
    private FailureSamples() {}

    /** With this text wherever text may be. */
    static LogFailure full(LogError error, String text) {
        LogFailure failure = LogFailure.of(error, text);
        for (String key : error.metadataKeys()) {
            failure = failure.with(key, text);
        }
        if (error.retriable()) {
            failure = failure.retryAfter(Duration.ofMillis(1500));
        }
        return error.code() == LogError.CanonicalCode.INVALID_ARGUMENT
                ? failure.inField("batches[0].record_count")
                : failure;
    }
}
