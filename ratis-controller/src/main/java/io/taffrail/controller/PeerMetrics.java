// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.taffrail.controller.quorum.QuorumMember;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Gauges of each controller as their leader sees it. A peer's gauges are registered once and stay
 * as long as the peer: whoever scrapes while a gauge is taken out and put in again meets it twice,
 * and loses the whole page. Not safe for threads, but for those that read the gauges.
 */
final class PeerMetrics {
    private final MeterRegistry registry;
    private final Map<Integer, List<Gauge>> gauges = new HashMap<>();
    private volatile Map<Integer, Peer> seen = Map.of();

    private record Peer(long lagEntries, long sinceContactMs) {
        /** Of two disks of one node that which spoke last: the other is gone, or not in use yet. */
        Peer orLater(Peer other) {
            return sinceContactMs <= other.sinceContactMs ? this : other;
        }
    }

    PeerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Replaces what is shown.
     *
     * @param lastLogIndex the leader's
     */
    void show(List<QuorumMember> members, long lastLogIndex) {
        Map<Integer, Peer> now = new TreeMap<>();
        for (QuorumMember member : members) {
            Peer peer =
                    new Peer(
                            Math.max(0, lastLogIndex - member.matchIndex()),
                            member.sinceContactMs().orElse(0));
            now.merge(member.name().nodeId(), peer, Peer::orLater);
        }
        seen = now;
        removeAllBut(now);
        now.keySet().forEach(id -> gauges.computeIfAbsent(id, this::register));
    }

    private void removeAllBut(Map<Integer, Peer> kept) {
        Iterator<Map.Entry<Integer, List<Gauge>>> each = gauges.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Integer, List<Gauge>> peer = each.next();
            if (!kept.containsKey(peer.getKey())) {
                peer.getValue().forEach(registry::remove);
                each.remove();
            }
        }
    }

    private List<Gauge> register(int nodeId) {
        return List.of(
                builder("peer.lag.entries", nodeId, Peer::lagEntries)
                        .description("Entries of the leader's log that a controller lacks")
                        .register(registry),
                builder("peer.contact.age", nodeId, peer -> peer.sinceContactMs() / 1e3)
                        .baseUnit("seconds")
                        .description("Since the leader last heard of a controller")
                        .register(registry));
    }

    private Gauge.Builder<PeerMetrics> builder(
            String name, int nodeId, ToDoubleFunction<Peer> value) {
        return Gauge.builder(
                        ControllerMetrics.PREFIX + name,
                        this,
                        metrics -> {
                            Peer peer = metrics.seen.get(nodeId);
                            return peer == null ? Double.NaN : value.applyAsDouble(peer);
                        })
                .tag("peer", String.valueOf(nodeId));
    }
}
