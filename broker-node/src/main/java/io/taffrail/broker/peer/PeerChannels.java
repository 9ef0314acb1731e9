// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.peer;

import io.grpc.ManagedChannel;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Connections to the brokers of the cluster, one for each use, so that bulk never stands in the way
 * of what is urgent. Made when first asked for. Safe for any thread.
 *
 * <p>Calls run their listeners on gRPC's own threads unless their options name an executor.
 */
public final class PeerChannels implements AutoCloseable {
    /** What a connection is for. */
    public enum Use {
        /** Small questions and answers. */
        CONTROL,
        /** Clients' streams that another broker leads. */
        FORWARD,
        /** Replication of partitions that are in sync. */
        IN_SYNC,
        /** Replication of partitions that are catching up. */
        CATCH_UP
    }

    private record Key(HostPort address, Use use) {}

    private final ChannelFactory factory;
    private final Map<Key, ManagedChannel> channels =
            new TreeMap<>(
                    Comparator.comparing((Key key) -> key.address().toString())
                            .thenComparing(Key::use));
    private boolean closed;

    public PeerChannels(ChannelFactory factory) {
        this.factory = factory;
    }

    /**
     * The connection to a broker, which tries at once to connect if it is broken: callers pause
     * between their attempts.
     *
     * @throws IllegalStateException if all is closed
     */
    public ManagedChannel channel(HostPort address, Use use) {
        return ChannelFactory.withoutPause(present(new Key(address, use)));
    }

    private synchronized ManagedChannel present(Key key) {
        if (closed) {
            throw new IllegalStateException("the connections to other brokers are closed");
        }
        return channels.computeIfAbsent(key, absent -> factory.open(absent.address()));
    }

    /** Closes what leads to addresses at which no broker is registered any more. */
    public void retainOnly(MetadataImage image) {
        Set<HostPort> registered = new HashSet<>();
        for (BrokerEntry broker : image.brokers()) {
            broker.apiAddress().ifPresent(registered::add);
        }
        takeUnless(registered).forEach(ManagedChannel::shutdownNow);
    }

    private synchronized List<ManagedChannel> takeUnless(Set<HostPort> registered) {
        List<ManagedChannel> gone = new ArrayList<>();
        Iterator<Map.Entry<Key, ManagedChannel>> each = channels.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Key, ManagedChannel> entry = each.next();
            if (!registered.contains(entry.getKey().address())) {
                gone.add(entry.getValue());
                each.remove();
            }
        }
        return gone;
    }

    /** Ends every call; may be called twice. */
    @Override
    public void close() {
        takeAll().forEach(ManagedChannel::shutdownNow);
    }

    private synchronized List<ManagedChannel> takeAll() {
        closed = true;
        List<ManagedChannel> all = new ArrayList<>(channels.values());
        channels.clear();
        return all;
    }
}
