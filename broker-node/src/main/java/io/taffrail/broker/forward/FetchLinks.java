// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.broker.peer.PeerChannels.Use;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** The links of one client's stream of Fetch, one for each leader. Belongs to its executor. */
public final class FetchLinks {
    private final PeerChannels peers;
    private final Executor executor;
    private final Map<Integer, FetchLink> links = new TreeMap<>(); // by the leader's id
    private final List<FetchLink> halfClosed = new ArrayList<>();

    FetchLinks(PeerChannels peers, Executor executor) {
        this.peers = peers;
        this.executor = executor;
    }

    /** The link to a leader; a new one if there is none to which a slot can be added. */
    public FetchLink to(Elsewhere leader) {
        return links.compute(
                leader.leaderId(),
                (id, present) -> present == null || present.isOver() ? begin(leader) : present);
    }

    private FetchLink begin(Elsewhere leader) {
        return new FetchLink(peers.channel(leader.leaderAddress(), Use.FORWARD), executor);
    }

    /** The client grants nothing more to any of its slots that were opened so far. */
    public void halfClose() {
        links.values().forEach(FetchLink::halfClose);
        halfClosed.addAll(links.values());
        links.clear();
    }

    /** The client's stream is over: nothing is heard of any slot again. */
    public void cancel() {
        links.values().forEach(FetchLink::cancel);
        halfClosed.forEach(FetchLink::cancel);
        links.clear();
        halfClosed.clear();
    }
}
