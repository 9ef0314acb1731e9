// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.util.Optional;

/**
 * One replica of a partition.
 *
 * @param directoryId the data directory on that broker, a UUID
 * @param progress as the leader says; empty: not asked for, or it did not answer
 */
public record ReplicaDescription(
        int brokerId, String directoryId, State state, Optional<ReplicaProgress> progress) {
    /** Whether a replica can serve. */
    public enum State {
        UNKNOWN,
        /** Its broker is unfenced and nothing is reported against it. */
        ONLINE,
        /** Its broker is fenced or its directory is offline. */
        OFFLINE,
        /** Its recovery cut bytes that it may have acknowledged. */
        SUSPECT,
        /** It reported damage in its log. */
        CORRUPT,
        /** Its directory was gone when its broker came up. */
        LOST
    }
}
