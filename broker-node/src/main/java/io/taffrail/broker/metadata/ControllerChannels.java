// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import io.grpc.ManagedChannel;
import io.taffrail.api.LogFailure;
import io.taffrail.broker.peer.ChannelFactory;
import io.taffrail.model.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Connections to the controllers, and which of them was the active one when last heard of. Safe for
 * any thread.
 */
public final class ControllerChannels implements AutoCloseable {
    private final ChannelFactory factory;
    private final Map<Integer, ManagedChannel> channels = new TreeMap<>(); // also of former ones
    private final SortedSet<Integer> controllers = new TreeSet<>();
    private OptionalInt active = OptionalInt.empty();
    private int turn;
    private boolean closed;

    /**
     * Connects when first used.
     *
     * @param controllers addresses of their APIs, by node id; at least one
     */
    public ControllerChannels(Map<Integer, HostPort> controllers, ChannelFactory factory) {
        this.factory = factory;
        controllers.forEach(this::add);
    }

    private void add(int controllerId, HostPort address) {
        channels.computeIfAbsent(controllerId, id -> factory.open(address));
        controllers.add(controllerId);
    }

    /** Node ids of all controllers: those that were given, or what was heard since. */
    public synchronized List<Integer> ids() {
        return List.copyOf(controllers);
    }

    /** The active controller says who the controllers are by now: nobody else is asked any more. */
    public synchronized void are(Map<Integer, HostPort> members) {
        if (closed || members.isEmpty()) {
            return;
        }
        members.forEach(this::add);
        controllers.retainAll(members.keySet());
    }

    /** The connection to a controller, which tries at once to connect if it is broken. */
    public synchronized ManagedChannel channel(int controllerId) {
        return ChannelFactory.withoutPause(channels.get(controllerId));
    }

    /** Node id of the active controller, as far as is known. */
    public synchronized OptionalInt active() {
        return active;
    }

    /** The one to ask: the active one, or else one after the other. */
    public synchronized int next() {
        if (active.isPresent()) {
            return active.getAsInt();
        }
        turn = (turn + 1) % controllers.size();
        return ids().get(turn);
    }

    /** A controller answered as the active one. */
    public synchronized void isActive(int controllerId) {
        active = OptionalInt.of(controllerId);
    }

    /**
     * A controller does not answer, or says that it is not the active one.
     *
     * @param said its own words, which may name the active one
     */
    public synchronized void isNotActive(int controllerId, Optional<LogFailure> said) {
        OptionalInt other = named(said);
        other.ifPresent(id -> learn(id, said));
        if (other.isPresent() && controllers.contains(other.getAsInt())) {
            active = other;
        } else if (active.isPresent() && active.getAsInt() == controllerId) {
            active = OptionalInt.empty();
        }
    }

    /** One that was added to the group since this node was configured. */
    private void learn(int controllerId, Optional<LogFailure> said) {
        if (closed || controllers.contains(controllerId)) {
            return;
        }
        said.map(failure -> failure.metadata().get("controller_address"))
                .map(HostPort::parse)
                .ifPresent(address -> add(controllerId, address));
    }

    private static OptionalInt named(Optional<LogFailure> said) {
        String id = said.map(failure -> failure.metadata().get("controller_id")).orElse("");
        return id.matches("[0-9]{1,9}")
                ? OptionalInt.of(Integer.parseInt(id))
                : OptionalInt.empty();
    }

    @Override
    public synchronized void close() {
        closed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
