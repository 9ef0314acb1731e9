// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.node.Node;
import io.taffrail.broker.node.NodeEnvironment;
import io.taffrail.broker.peer.NettyChannelFactory;
import io.taffrail.broker.storage.Machine;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.StopMode;
import io.taffrail.workload.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node in this process, on a disk that forgets what was not forced when its power is cut. Serves
 * under one address in all its lives.
 */
final class SimulatedDiskNode implements AutoCloseable {
    private final SimulatedDisk disk;
    private final Path data;
    private final List<String> sets;
    private HostPort api = new HostPort("127.0.0.1", 0);
    private Node node;
    private LifeDisk life;
    private int boots;

    /**
     * @param data the same path on the simulated disk and, for Raft, on the real one
     */
    SimulatedDiskNode(SimulatedDisk disk, Path data, String... sets) {
        this.disk = disk;
        this.data = data;
        this.sets = List.of(sets);
    }

    /** Starts it on what the disk has kept, and waits until it is ready. */
    void start() throws Exception {
        List<String> all = new ArrayList<>(sets);
        all.add("data.dir=" + data);
        all.add("api.listen=" + api);
        all.add("http.listen=127.0.0.1:0");
        all.add("raft.listen=127.0.0.1:0");
        all.add("disk.reserve.bytes=0");
        all.add("api.stop.grace.ms=0");
        life = new LifeDisk(disk, data.resolve("raft"));
        node =
                Node.start(
                        NodeConfig.load(Optional.empty(), Map.of(), all),
                        new NodeEnvironment(
                                life,
                                new Machinery(++boots),
                                Clock.SYSTEM,
                                new NettyChannelFactory()),
                        why -> {});
        api = node.apiAddress();
        Deadline.await("the node is ready", () -> node.notReadyReasons().isEmpty());
    }

    /** Where clients reach it. */
    HostPort api() {
        return api;
    }

    /**
     * Cuts the power in the middle of what the node does to the disk: it must be at work. The node
     * is gone when this returns.
     *
     * @param operations at which of the disk's next operations; from 1
     */
    void cutPowerAtWork(long operations, StopMode mode, PowerCut kind) throws Exception {
        disk.stopAt(disk.operations() + operations, mode);
        Deadline.await("the power is off", disk::isPowerOff);
        goDown(kind);
    }

    /** Cuts the power now. The node is gone when this returns. */
    void cutPower(PowerCut kind) throws Exception {
        disk.stopAt(disk.operations() + 1, StopMode.BEFORE);
        goDown(kind);
    }

    /** Nobody hears of the node again before its threads learn that they have no disk. */
    private void goDown(PowerCut kind) throws Exception {
        Thread closing = new Thread(this::close, "power-cut");
        closing.start();
        Deadline.await("its API is gone", () -> !isReached());
        life.end();
        Deadline.join(closing);
        disk.powerCut(kind);
    }

    private boolean isReached() {
        try (Socket socket = new Socket(api.host(), api.port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
            node = null;
        }
    }

    /** Started anew after each cut, and nobody else's. */
    private record Machinery(int boot) implements Machine {
        @Override
        public Closeable lock(Path directory) {
            return () -> {};
        }

        @Override
        public Optional<String> bootId() {
            return Optional.of("boot-" + boot);
        }
    }
}
