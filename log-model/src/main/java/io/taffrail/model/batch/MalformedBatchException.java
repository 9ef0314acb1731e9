// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

/** Bytes that were handed over as a batch are not laid out as one. */
public final class MalformedBatchException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient BatchFault fault;

    MalformedBatchException(BatchFault fault) {
        super(fault.toString());
        this.fault = fault;
    }

    public BatchFault fault() {
        return fault;
    }
}
