// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.grpc.ManagedChannel;
import io.taffrail.model.HostPort;

/** Connects to the APIs of other controllers. */
public interface PeerConnections {
    /** A channel of the caller's own, who shuts it down. Connects when it is used. */
    ManagedChannel open(HostPort apiAddress);
}
