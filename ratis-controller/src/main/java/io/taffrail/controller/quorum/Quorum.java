// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.quorum;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.model.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * One member of the group that keeps the controllers' log. Every member applies the same commands
 * in the same order; one of them at a time leads, and takes new ones. Safe for any thread; nothing
 * here blocks on a majority.
 */
public interface Quorum {
    /** The cluster's id. */
    String clusterId();

    /** The newest state that was applied here. */
    ControllerState state();

    /** The current term: it rises with every change of the leader. */
    long term();

    /** Whether this member leads, and has applied all that was committed before. */
    boolean isLeader();

    /** Node id of the leader, as far as this member knows. */
    OptionalInt leaderNodeId();

    /** Where the API of a member's node is, as far as this member knows. */
    Optional<HostPort> apiAddress(int nodeId);

    /** Where the APIs of the members that vote are, by node id, as far as this member knows. */
    SortedMap<Integer, HostPort> apiAddresses();

    /** Index up to which entries are committed, as far as this member knows. */
    long commitIndex();

    /** Index of the last entry in this member's log. */
    long lastLogIndex();

    /** Index of this member's newest snapshot. */
    OptionalLong snapshotIndex();

    /** Members that vote. */
    int memberCount();

    /** The members as this one sees them, itself first; of use on the leader alone. */
    List<QuorumMember> members();

    /**
     * Puts a command into the log. Completes once it is committed and applied here; fails with a
     * {@link NotActiveException} if this member does not lead, or lost the lead meanwhile, in which
     * case the command may still come to be committed.
     *
     * @param timeMs this node's clock, for the command
     */
    CompletableFuture<Applied> submit(Command command, long timeMs);
}
