// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.producer.SequenceCheck;
import io.taffrail.model.LogError;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a batch. An appended one is durable only once {@link PartitionLog#whenDurable}
 * says so.
 */
public sealed interface AppendResult {
    /** It is in the log. */
    record Appended(long baseOffset, long lastOffset, long appendTimeMs) implements AppendResult {
        /** One past its last offset: to be waited for. */
        public long endOffset() {
            return lastOffset + 1;
        }
    }

    /** It was in the log before; where, if it is one of the last 32 of its producer (P23). */
    record Duplicate(Optional<SequenceCheck.Stored> stored) implements AppendResult {}

    /**
     * It is not in the log.
     *
     * @param metadata as {@link LogError#metadataKeys} names it
     * @param field of the batch that is at fault, if one is
     */
    record Rejected(
            LogError error, String message, Map<String, String> metadata, Optional<String> field)
            implements AppendResult {
        static Rejected of(LogError error, String message) {
            return of(error, message, Map.of());
        }

        static Rejected of(LogError error, String message, Map<String, String> metadata) {
            return new Rejected(error, message, metadata, Optional.empty());
        }
    }
}
