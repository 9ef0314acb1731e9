// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

/** Where in an operation the power goes off. */
public enum StopMode {
    /** The operation leaves no trace. */
    BEFORE,
    /** The operation is done, but its caller does not learn it. */
    AFTER,
    /**
     * Half of a write's bytes are written, or half of the changes that a force or a directory sync
     * had before it are durable. An operation that is atomic leaves no trace.
     */
    HALFWAY,
}
