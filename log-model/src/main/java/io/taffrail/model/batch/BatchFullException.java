// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

/**
 * A record does not fit into the batch that is being built, since an entry stays below {@link
 * RecordBatchLayout#MAX_ENTRY_BYTES}. It may fit into the next one, unless the batch is empty. Kept
 * apart from the other mistakes because a client is answered {@code BATCH_TOO_LARGE}.
 */
public final class BatchFullException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    BatchFullException(String message) {
        super(message);
    }
}
