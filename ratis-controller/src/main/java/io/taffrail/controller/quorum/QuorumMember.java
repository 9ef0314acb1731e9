// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.quorum;

import java.util.OptionalLong;

/**
 * A member of the group as its leader sees it.
 *
 * @param raftAddress host:port; empty: not known
 * @param apiAddress of its node, host:port; empty: not known
 * @param voter false while it catches up before it may vote
 * @param matchIndex up to which its log is known to equal the leader's
 * @param sinceContactMs since the leader last heard of it; empty for the leader itself
 */
public record QuorumMember(
        PeerName name,
        String raftAddress,
        String apiAddress,
        boolean voter,
        long matchIndex,
        OptionalLong sinceContactMs) {}
