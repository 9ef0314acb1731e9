// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

/** A message as it came in: read, or not to be read as what it should be. */
sealed interface Inbound<T> {
    /**
     * A message.
     *
     * @param bytes its encoded size, which it holds in memory
     */
    record Message<T>(T value, int bytes) implements Inbound<T> {}

    /** Bytes that are no message of the type. */
    record Malformed<T>(String why) implements Inbound<T> {
        Rejection rejection() {
            return new Rejection.Invalid("request", "not a message of its type: " + why);
        }
    }
}
