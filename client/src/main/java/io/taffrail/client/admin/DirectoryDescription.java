// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

/**
 * A data directory of a broker. The figures are as the broker says; 0 while it does not answer.
 *
 * @param directoryId a UUID
 * @param path on the broker's machine
 * @param totalBytes size of the file system
 * @param freeBytes free on it
 * @param reserveBytes below so many free bytes the broker turns read-only
 * @param logBytes what the logs take
 */
public record DirectoryDescription(
        String directoryId,
        String path,
        State state,
        long totalBytes,
        long freeBytes,
        long reserveBytes,
        long logBytes,
        int replicaCount) {
    /** Whether a data directory can be used. */
    public enum State {
        UNKNOWN,
        /** In use. */
        ONLINE,
        /** A write or fsync failed or hung there. */
        OFFLINE,
        /** At its reserve: reads only. */
        READ_ONLY
    }
}
