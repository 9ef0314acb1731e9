// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.model.HostPort;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A node of a cluster of processes, with the relays in front of it, if there are any. */
public final class ClusterNode implements AutoCloseable {
    private final int id;
    private final NodeProcess process;
    private final NodeAddresses addresses;
    private final List<Relay> relays;
    private boolean paused;

    ClusterNode(int id, NodeProcess process, NodeAddresses addresses, List<Relay> relays) {
        this.id = id;
        this.process = process;
        this.addresses = addresses;
        this.relays = List.copyOf(relays);
    }

    /** Its node id. */
    public int id() {
        return id;
    }

    /** Where clients and other nodes find it. */
    public HostPort api() {
        return addresses.api();
    }

    /** Its data directory. */
    public Path data() {
        return process.data();
    }

    /** The process's id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs, be it paused. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The process, for its log and its metrics. */
    public NodeProcess process() {
        return process;
    }

    /** Starts it, again or for the first time, and does not wait. */
    public void launch() throws IOException {
        process.launch();
        relays.forEach(Relay::openWithNode);
    }

    /** Waits until it says that it is ready. */
    public void awaitReady() throws IOException {
        process.awaitReady();
    }

    /** Starts it and waits until it is ready. */
    public void start() throws IOException {
        launch();
        awaitReady();
    }

    /** SIGKILL; returns once it is gone. */
    public void kill() throws IOException {
        refuse(); // before its connections break: who then looks whether it is gone sees it
        process.kill();
        paused = false;
    }

    /** SIGTERM; returns the exit code once it is gone. */
    public int terminate() throws IOException {
        int code = process.terminate();
        refuse();
        return code;
    }

    /** All that it stored is gone. For a node that does not run. */
    public void loseDisk() throws IOException {
        try (Stream<Path> files = Files.walk(data())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(data())) { // which may be a mount
                    Files.delete(file);
                }
            }
        }
    }

    private void refuse() throws IOException {
        for (Relay relay : relays) {
            relay.refuse();
        }
    }

    /** SIGSTOP. */
    public void pause() throws IOException {
        process.signal("STOP");
        paused = true;
    }

    /** SIGCONT, if it is paused. */
    public void resume() throws IOException {
        if (paused) {
            process.signal("CONT");
            paused = false;
        }
    }

    /** Whether the system says that the process is stopped by a signal. */
    public boolean isStopped() throws IOException {
        String status = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
        return status.charAt(status.lastIndexOf(')') + 2) == 'T';
    }

    @Override
    public void close() throws IOException {
        process.close();
        for (Relay relay : relays) {
            relay.close();
        }
    }
}
