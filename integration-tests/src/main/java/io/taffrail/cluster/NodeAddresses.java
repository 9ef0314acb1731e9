// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.model.HostPort;
import io.taffrail.testsupport.FreePorts;

/**
 * Where a node is: the ports at which it listens, and those at which others find it. They are the
 * same where no relay stands in front of it.
 */
record NodeAddresses(HostPort listenApi, HostPort listenRaft, HostPort api, HostPort raft) {
    static NodeAddresses choose(boolean relayed) {
        HostPort api = FreePorts.next();
        HostPort raft = FreePorts.next();
        return relayed
                ? new NodeAddresses(api, raft, FreePorts.next(), FreePorts.next())
                : new NodeAddresses(api, raft, api, raft);
    }

    /** As the setting {@code controllers} names it. */
    String asController(int node) {
        return node + "@" + raft + ":" + api.port();
    }
}
