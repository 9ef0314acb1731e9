// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.HostPort;

/**
 * A member of the group, and where it is reached. The addresses of a member never change: Raft
 * would not notice.
 */
public record GroupPeer(PeerName name, HostPort raftAddress, HostPort apiAddress) {}
