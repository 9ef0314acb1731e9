// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.network;

import io.grpc.ManagedChannel;
import io.taffrail.broker.peer.ChannelFactory;
import io.taffrail.model.HostPort;
import io.taffrail.testsupport.SimulatedProcess;
import io.taffrail.testsupport.SimulatedScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Hosts and the links between them. A link can be cut in one direction: what is sent over it then
 * waits, as with TCP, until it is mended, or until one end loses patience and the connection
 * breaks.
 */
public final class SimNetwork {
    private static final long FASTEST_NANOS = 30_000;
    private static final int SPREAD_NANOS = 400_000;
    private static final int MAX_PATIENCE_MS = 8_000;

    private record Link(int from, int to) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            return from != other.from
                    ? Integer.compare(from, other.from)
                    : Integer.compare(to, other.to);
        }
    }

    private final SimulatedScheduler scheduler;
    private final Map<Integer, SimHost> hosts = new TreeMap<>();
    private final Set<Link> cut = new TreeSet<>();
    private final Map<Link, Duration> slow = new TreeMap<>();
    private final List<SimConnection> connections = new ArrayList<>();
    private int lateArrivals;
    private final Map<String, UnaryOperator<byte[]>> lies = new TreeMap<>(); // by method

    public SimNetwork(SimulatedScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Adds a machine, which listens nowhere yet. */
    public SimHost addHost(int id, HostPort address) {
        SimHost host = new SimHost(id, address);
        hosts.put(id, host);
        return host;
    }

    /** What a process on {@code host} connects with. */
    public ChannelFactory channelsOf(SimHost host, SimulatedProcess process) {
        return address -> channel(host, process, address);
    }

    private ManagedChannel channel(SimHost host, SimulatedProcess process, HostPort address) {
        return new SimChannel(
                this,
                new SimHost.Endpoint(host, process, process.executor("grpc-to-" + address)),
                address);
    }

    // Faults

    /** Nothing gets from the one to the other. */
    public void cut(int from, int to) {
        cut.add(new Link(from, to));
    }

    /** Everything gets through again, also what waited. */
    public void mend(int from, int to) {
        if (cut.remove(new Link(from, to))) {
            List.copyOf(connections).forEach(connection -> connection.mended(from, to));
        }
    }

    /** Mends and hastens every link. */
    public void mendAll() {
        slow.clear();
        List.copyOf(cut).forEach(link -> mend(link.from(), link.to()));
    }

    /** What gets from the one to the other takes up to so much longer. */
    public void delay(int from, int to, Duration atMost) {
        slow.put(new Link(from, to), atMost);
    }

    public boolean isCut(SimHost from, SimHost to) {
        return cut.contains(new Link(from.id(), to.id()));
    }

    /** Whether there is anyone whom the host does not reach, or who does not reach it. */
    public boolean isCutAnywhere(SimHost host) {
        return cut.stream().anyMatch(link -> link.from() == host.id() || link.to() == host.id());
    }

    /** Whether any link is cut or slow. */
    public boolean isDisturbed() {
        return !cut.isEmpty() || !slow.isEmpty();
    }

    /** From now on the answers of a method are not what was sent. */
    public void rewrite(String method, UnaryOperator<byte[]> lie) {
        lies.put(method, lie);
    }

    byte[] delivered(String method, byte[] answer) {
        return lies.getOrDefault(method, UnaryOperator.identity()).apply(answer);
    }

    /** A process has ended on a machine that runs: whoever is connected to it is told. */
    public void ended(SimulatedProcess process) {
        List.copyOf(connections).forEach(connection -> connection.ended(process));
    }

    /**
     * Whether the machine at {@code address} can be reached and says that nothing listens there.
     */
    public boolean isRefused(SimHost from, HostPort address) {
        SimHost to = hostAt(address);
        return to.isPowered() && to.listening().isEmpty() && !isCut(from, to) && !isCut(to, from);
    }

    // For the parts of the network

    SimConnection connect(SimHost.Endpoint client, HostPort address) {
        SimConnection connection = new SimConnection(this, client, hostAt(address));
        connections.add(connection);
        return connection;
    }

    private SimHost hostAt(HostPort address) {
        return hosts.values().stream()
                .filter(host -> host.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no host has " + address));
    }

    void broken(SimConnection connection) {
        connections.remove(connection);
    }

    /** How often something arrived over a connection that its sender had given up. */
    public int lateArrivals() {
        return lateArrivals;
    }

    void cameLate() {
        lateArrivals++;
    }

    SimulatedScheduler scheduler() {
        return scheduler;
    }

    public long travelNanos(SimHost from, SimHost to) {
        Duration extra = slow.getOrDefault(new Link(from.id(), to.id()), Duration.ZERO);
        return FASTEST_NANOS
                + scheduler.random().nextInt(SPREAD_NANOS)
                + (long) (extra.toNanos() * scheduler.random().nextDouble());
    }

    /** How long somebody waits before giving a silent connection up. */
    Duration patience() {
        return Duration.ofMillis(1_000L + scheduler.random().nextInt(MAX_PATIENCE_MS));
    }
}
