// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.grpc.Channel;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.model.cluster.BrokerEntry;
import java.util.Optional;

/** Connections to the brokers that lead. */
@FunctionalInterface
public interface LeaderChannels {
    /** A connection that may still have to be made; empty if nobody knows where the broker is. */
    Optional<Channel> find(int brokerId, Traffic traffic);

    /** To where the metadata says that brokers are. */
    static LeaderChannels of(ClusterView cluster, PeerChannels peers) {
        return (brokerId, traffic) ->
                cluster.image()
                        .broker(brokerId)
                        .flatMap(BrokerEntry::apiAddress)
                        .map(address -> peers.channel(address, traffic.use()));
    }
}
