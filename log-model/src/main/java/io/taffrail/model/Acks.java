// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model;

/** Who must hold a record before it is acknowledged. */
public enum Acks {
    /** Every in-sync replica, and those are at least the effective min ISR (KIP-966). */
    ALL,
    /**
     * The leader's own log, after fsync under {@code flush=commit}. A failure of the leader may
     * lose it.
     */
    LEADER
}
