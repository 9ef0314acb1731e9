// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.broker.peer.PeerChannels.Use;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** The links of one client's stream of Produce, one for each leader. Belongs to its executor. */
public final class ProduceLinks {
    private final PeerChannels peers;
    private final Executor executor;
    private final Map<Integer, ProduceLink> links = new TreeMap<>(); // by the leader's id

    ProduceLinks(PeerChannels peers, Executor executor) {
        this.peers = peers;
        this.executor = executor;
    }

    /** The link to a leader; a new one if there is none, or the last one broke. */
    public ProduceLink to(Elsewhere leader) {
        return links.compute(
                leader.leaderId(),
                (id, present) -> present == null || present.isOver() ? begin(leader) : present);
    }

    private ProduceLink begin(Elsewhere leader) {
        return new ProduceLink(peers.channel(leader.leaderAddress(), Use.FORWARD), executor);
    }

    /** The client's stream is over: nothing is heard of any slot again. */
    public void cancel() {
        links.values().forEach(ProduceLink::cancel);
        links.clear();
    }
}
