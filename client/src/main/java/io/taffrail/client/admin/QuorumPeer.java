// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.time.Duration;
import java.util.Optional;

/**
 * A member of the controllers' Raft group.
 *
 * @param directoryId the node's data directory, a UUID
 * @param raftAddress Raft's address, host:port
 * @param apiAddress where the node's API is, host:port
 * @param matchIndex index up to which its log is known to equal the leader's
 * @param lagEntries the leader's last log index less matchIndex
 * @param sinceLastContact since the leader last heard of it; empty for the leader itself
 */
public record QuorumPeer(
        int nodeId,
        String directoryId,
        Role role,
        String raftAddress,
        String apiAddress,
        long matchIndex,
        long lagEntries,
        Optional<Duration> sinceLastContact) {
    /** What a member does. */
    public enum Role {
        UNKNOWN,
        /** Leads: the active controller. */
        LEADER,
        /** Votes and follows. */
        FOLLOWER,
        /** Catches up before it may vote. */
        STAGED
    }
}
