// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.peer;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.taffrail.model.HostPort;

/** Makes connections to other nodes: over the network, or over a simulated one. */
@FunctionalInterface
public interface ChannelFactory {
    /** A channel of its own, which connects when first used. Whoever opened it shuts it down. */
    ManagedChannel open(HostPort address);

    /**
     * The same channel, which tries at once to connect if it failed to before. Left alone gRPC
     * pauses longer each time, up to minutes, and fails every call meanwhile; whoever asks for a
     * channel has waited already as long as it thinks right.
     */
    static ManagedChannel withoutPause(ManagedChannel channel) {
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.enterIdle();
        }
        return channel;
    }
}
