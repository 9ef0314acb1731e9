// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.broker.replication.ReplicaStreams;
import io.taffrail.broker.replication.ReplicationTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that this broker follows: each replica on the stream to its leader, of the class that it
 * belongs to. Safe for any thread; never blocks.
 */
public final class ReplicaFetchers implements ReplicaStreams, AutoCloseable {
    private record Key(int leaderId, Traffic traffic) {}

    private final FetcherEnvironment environment;
    private final FetcherLimits limits;
    private final Map<Key, ReplicaFetcher> fetchers =
            new TreeMap<>(Comparator.comparing(Key::leaderId).thenComparing(Key::traffic));
    private boolean closed;

    public ReplicaFetchers(FetcherEnvironment environment, FetcherLimits limits) {
        this.environment = environment;
        this.limits = limits;
    }

    @Override
    public synchronized void follow(ReplicationTarget target) {
        if (!closed) {
            fetchers.computeIfAbsent(
                            new Key(target.leaderId(), Traffic.of(target)),
                            key ->
                                    new ReplicaFetcher(
                                            environment,
                                            limits,
                                            this,
                                            key.leaderId(),
                                            key.traffic()))
                    .follow(target);
        }
    }

    /** Leaders that something here follows, and that were not heard of for a while (P9). */
    public Set<Integer> unreachableLeaders() {
        Set<Integer> unreachable = new TreeSet<>();
        Set<Integer> heard = new TreeSet<>();
        for (ReplicaFetcher fetcher : all()) {
            if (fetcher.isFollowing()) {
                (fetcher.isUnreachable() ? unreachable : heard).add(fetcher.leaderId());
            }
        }
        unreachable.removeAll(heard);
        return unreachable;
    }

    private synchronized List<ReplicaFetcher> all() {
        return new ArrayList<>(fetchers.values());
    }

    /** Ends every stream, and follows nothing any more. May be called twice. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        all().forEach(ReplicaFetcher::close);
    }
}
