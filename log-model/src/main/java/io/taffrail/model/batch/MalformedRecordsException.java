// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

/**
 * A payload breaks a rule of the format. Unchecked: {@link BatchValidator} keeps such payloads out
 * of the log, so whoever reads records from there meets one only after a bug or a leader that broke
 * the rules, and whoever reads a client's bytes catches it by name.
 */
public final class MalformedRecordsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient BatchFault fault;

    MalformedRecordsException(BatchFault fault) {
        super(fault.toString());
        this.fault = fault;
    }

    MalformedRecordsException(BatchFault fault, Throwable cause) {
        super(fault.toString(), cause);
        this.fault = fault;
    }

    public BatchFault fault() {
        return fault;
    }
}
