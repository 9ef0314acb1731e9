// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import com.google.protobuf.ByteString;

/** A message as it came in: read, or not to be read as what it should be. */
sealed interface Inbound<T> {
    /**
     * A message.
     *
     * @param raw its encoding, which it is a view of and holds in memory
     */
    record Message<T>(T value, ByteString raw) implements Inbound<T> {
        int bytes() {
            return raw.size();
        }
    }

    /** Bytes that are no message of the type. */
    record Malformed<T>(String why) implements Inbound<T> {
        Rejection rejection() {
            return new Rejection.Invalid("request", "not a message of its type: " + why);
        }
    }
}
