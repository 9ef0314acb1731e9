// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

/** What is counted of reading. Called on many threads; must not block. */
public interface FetchObserver {
    /** One who does not count. */
    FetchObserver NONE = new FetchObserver() {};

    /** Records were handed to the transport, by Fetch or by Read. */
    default void served(long bytes, long records) {}

    /** The number of streams of Fetch changed. */
    default void streams(int change) {}

    /** The number of open slots changed. */
    default void slots(int change) {}

    /** The bytes that responses hold until their receivers take them changed. */
    default void heldBytes(long change) {}
}
