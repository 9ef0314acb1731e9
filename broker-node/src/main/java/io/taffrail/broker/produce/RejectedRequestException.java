// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.api.LogFailure;

/** A request is refused for what stands in it, before anything was done. */
final class RejectedRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Rejection rejection;

    private RejectedRequestException(Rejection rejection) {
        super(rejection.toString(), null, false, false); // an answer, not a bug: no stack trace
        this.rejection = rejection;
    }

    static RejectedRequestException invalid(String field, String message) {
        return new RejectedRequestException(new Rejection.Invalid(field, message));
    }

    static RejectedRequestException of(LogFailure failure) {
        return new RejectedRequestException(new Rejection.Failed(failure));
    }

    Rejection rejection() {
        return rejection;
    }
}
