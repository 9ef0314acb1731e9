// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import java.util.OptionalLong;

/**
 * A member of the Raft group as its leader sees it.
 *
 * @param matchIndex up to which its log is known to equal the leader's
 * @param sinceContactMs since the leader last heard of it; empty for the leader itself
 */
public record QuorumMember(
        PeerName name, String raftAddress, long matchIndex, OptionalLong sinceContactMs) {}
