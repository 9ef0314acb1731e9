// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model;

/**
 * An invariant does not hold: a bug in Taffrail. What it was thrown in must stop rather than serve
 * wrong bytes.
 */
public final class BrokenInvariantException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenInvariantException(String message) {
        super(message);
    }
}
