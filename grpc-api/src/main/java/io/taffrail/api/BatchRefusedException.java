// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.model.batch.BatchFault;

/** What a client sent cannot become a batch. */
public final class BatchRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient BatchFault fault;

    BatchRefusedException(BatchFault fault) {
        super(fault.toString());
        this.fault = fault;
    }

    public BatchFault fault() {
        return fault;
    }
}
