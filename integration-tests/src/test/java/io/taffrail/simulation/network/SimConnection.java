// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.network;

import io.grpc.Status;
import io.taffrail.simulation.network.SimHost.Endpoint;
import io.taffrail.testsupport.SimulatedProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** A connection: two directions, each in order, and the calls that it carries. */
final class SimConnection {
    private static final Duration PING_INTERVAL = Duration.ofSeconds(12);

    private final SimNetwork network;
    private final Endpoint client;
    private final SimHost target;
    private final Direction up;
    private final Direction down;
    private final List<SimClientCall<?, ?>> clientCalls = new ArrayList<>();
    private final List<SimServerCall<?, ?>> serverCalls = new ArrayList<>();
    private Optional<Endpoint> server = Optional.empty(); // until the first packet is there
    private boolean broken;

    SimConnection(SimNetwork network, Endpoint client, SimHost target) {
        this.network = network;
        this.client = client;
        this.target = target;
        this.up = new Direction(client.host(), target);
        this.down = new Direction(target, client.host());
        keepAlive();
    }

    /** As gRPC does: who is silent is asked, and a machine that does not answer is noticed. */
    private void keepAlive() {
        network.scheduler()
                .after(
                        PING_INTERVAL,
                        () -> {
                            if (!broken && !client.process().hasEnded()) {
                                toServer(() -> toClient(() -> {}));
                                keepAlive();
                            }
                        });
    }

    boolean isBroken() {
        return broken;
    }

    Endpoint server() {
        return server.orElseThrow();
    }

    void add(SimClientCall<?, ?> call) {
        clientCalls.add(call);
    }

    void remove(SimClientCall<?, ?> call) {
        clientCalls.remove(call);
    }

    void add(SimServerCall<?, ?> call) {
        serverCalls.add(call);
    }

    void remove(SimServerCall<?, ?> call) {
        serverCalls.remove(call);
    }

    /** Runs {@code arrival} at the server, some time later, unless the connection breaks. */
    void toServer(Runnable arrival) {
        if (!client.process().hasEnded()) {
            up.send(() -> atServer(arrival));
        }
    }

    private void atServer(Runnable arrival) {
        if (server.isEmpty()) {
            server = target.listening();
        }
        if (server.isPresent() && !server.get().process().hasEnded()) {
            server.get().executor().execute(arrival);
        } else {
            nobodyThere(target);
        }
    }

    /** What the network makes of an answer. */
    byte[] delivered(String method, byte[] answer) {
        return network.delivered(method, answer);
    }

    /** Runs {@code arrival} at the client, some time later, unless the connection breaks. */
    void toClient(Runnable arrival) {
        if (!server().process().hasEnded()) {
            down.send(() -> atClient(arrival));
        }
    }

    private void atClient(Runnable arrival) {
        if (client.process().hasEnded()) {
            nobodyThere(client.host());
        } else {
            client.executor().execute(arrival);
        }
    }

    /**
     * A kernel refuses what is for a process that is gone; a machine without power says nothing.
     */
    private void nobodyThere(SimHost host) {
        if (host.isPowered()) {
            reset("connection refused");
        } else {
            breakUnlessHeard();
        }
    }

    private void breakUnlessHeard() {
        network.scheduler().after(network.patience(), () -> reset("connection timed out"));
    }

    /** The process of one end is gone, and its kernel says so. */
    void ended(SimulatedProcess process) {
        if (client.process() == process) {
            up.send(() -> reset("connection reset by peer"));
        } else if (server.isPresent() && server.get().process() == process) {
            down.send(() -> reset("connection reset by peer"));
        }
    }

    void mended(int from, int to) {
        up.mended(from, to);
        down.mended(from, to);
    }

    /**
     * The client's end is over at once. What it sent before is on its way all the same, and may be
     * overtaken by what it sends next, over another connection; the server hears of the end after
     * that.
     */
    void reset(String why) {
        if (broken) {
            return;
        }
        broken = true;
        network.broken(this);
        Status status = Status.UNAVAILABLE.withDescription(why);
        List.copyOf(clientCalls)
                .forEach(call -> client.executor().execute(() -> call.broken(status)));
        up.afterWhatIsOnItsWay(
                () ->
                        List.copyOf(serverCalls)
                                .forEach(
                                        call ->
                                                server().executor()
                                                        .execute(() -> call.cancelled())));
    }

    /** What is sent in one direction. */
    private final class Direction {
        private final SimHost from;
        private final SimHost to;
        private final Queue<Runnable> stalled = new ArrayDeque<>();
        private long lastArrivalNanos;
        private int stalls;

        private Direction(SimHost from, SimHost to) {
            this.from = from;
            this.to = to;
        }

        private void send(Runnable packet) {
            if (broken) {
                return;
            }
            long now = network.scheduler().nanoTime();
            lastArrivalNanos = Math.max(lastArrivalNanos + 1, now + network.travelNanos(from, to));
            network.scheduler().afterNanos(lastArrivalNanos - now, () -> arrive(packet));
        }

        private void arrive(Runnable packet) {
            boolean through = !network.isCut(from, to) && stalled.isEmpty();
            if (broken) {
                if (through && this == up && server.isPresent()) {
                    network.cameLate();
                    packet.run();
                }
            } else if (through) {
                packet.run();
            } else {
                stall(packet);
            }
        }

        private void afterWhatIsOnItsWay(Runnable action) {
            long now = network.scheduler().nanoTime();
            network.scheduler().afterNanos(lastArrivalNanos + 1 - now, action);
        }

        private void stall(Runnable packet) {
            if (stalled.isEmpty()) {
                int stall = ++stalls;
                network.scheduler()
                        .after(
                                network.patience(),
                                () -> {
                                    if (stall == stalls && !stalled.isEmpty()) {
                                        reset("connection timed out");
                                    }
                                });
            }
            stalled.add(packet);
        }

        private void mended(int fromId, int toId) {
            if (from.id() == fromId && to.id() == toId) {
                network.scheduler().afterNanos(network.travelNanos(from, to), this::catchUp);
            }
        }

        private void catchUp() {
            while (!broken && !stalled.isEmpty() && !network.isCut(from, to)) {
                stalled.remove().run();
            }
        }
    }
}
