// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

/** Kinds of traffic, each with a connection of its own, so that none waits behind another. */
public enum Traffic {
    /** Metadata, admin calls, producers' identities. */
    CONTROL,
    /** Records on their way in. */
    PRODUCE,
    /** Records on their way out. */
    FETCH
}
