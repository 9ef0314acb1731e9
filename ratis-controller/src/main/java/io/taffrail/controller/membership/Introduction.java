// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import java.util.List;
import java.util.Optional;

/**
 * What a controller says of itself.
 *
 * @param self itself, and where it is reached
 * @param controllers that its configuration lists, in text, sorted
 * @param written the group that it has written down; empty: it has nothing itself
 * @param running Raft runs there
 * @param configuration of the group, as far as it knows
 */
public record Introduction(
        GroupPeer self,
        List<String> controllers,
        Optional<FormedGroup> written,
        boolean running,
        GroupConfiguration configuration) {
    public Introduction {
        controllers = controllers.stream().sorted().toList();
    }

    public PeerName name() {
        return self.name();
    }
}
