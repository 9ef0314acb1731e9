// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.LogError;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Compressed records cannot be decompressed, or not within the size that was allowed. An {@link
 * IOException}, because it comes out of streams.
 */
public final class CorruptRecordsException extends IOException {
    private static final long serialVersionUID = 1;

    private final LogError error;
    private final int maxBytes; // 0 unless it was exceeded

    private CorruptRecordsException(LogError error, String message, int maxBytes, Throwable cause) {
        super(message, cause);
        this.error = error;
        this.maxBytes = maxBytes;
    }

    static CorruptRecordsException corrupt(String message) {
        return new CorruptRecordsException(LogError.INVALID_BATCH, message, 0, null);
    }

    static CorruptRecordsException corrupt(String message, Throwable cause) {
        return new CorruptRecordsException(LogError.INVALID_BATCH, message, 0, cause);
    }

    static CorruptRecordsException tooLarge(int maxBytes) {
        return new CorruptRecordsException(
                LogError.BATCH_TOO_LARGE,
                "the records are larger than " + maxBytes + " bytes once decompressed",
                maxBytes,
                null);
    }

    /** {@code BATCH_TOO_LARGE} if they are more than was allowed, else {@code INVALID_BATCH}. */
    public BatchFault fault() {
        return error == LogError.BATCH_TOO_LARGE
                ? new BatchFault(error, "records", getMessage(), OptionalLong.of(maxBytes))
                : new BatchFault(error, "records", getMessage());
    }
}
