// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

/** What was reported against a replica (P19). */
public enum ReplicaFault {
    NONE,
    /** Its log is damaged. */
    CORRUPT,
    /** Its directory was gone when its broker came up (P4). */
    LOST,
    /** Its recovery cut bytes that it may have acknowledged (P17). */
    SUSPECT
}
