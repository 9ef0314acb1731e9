// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

/** When a replica may count an offset as its own: a topic's setting {@code flush}. */
public enum FlushPolicy {
    /** Once an fsync covered it. One fsync serves all who wait. */
    COMMIT,
    /** Once the operating system has it, as Kafka's default: a power cut may take it back. */
    OS
}
