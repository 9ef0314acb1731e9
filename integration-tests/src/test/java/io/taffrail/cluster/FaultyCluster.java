// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import io.taffrail.client.admin.NewTopic;
import io.taffrail.node.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Three nodes, each broker and controller, that faults can be done to: with relays between them,
 * and one on a small disk of its own where that is allowed.
 */
final class FaultyCluster implements AutoCloseable {
    private static final int ON_SMALL_DISK = 2;
    private static final long DISK_BYTES = 400_000_000;
    private static final int FIRST_NEWCOMER = 10;
    private static final int FIRST_NEW_CONTROLLER = 10_000;

    private final ClusterProcesses processes;
    private final Observer observer;
    private final Optional<Mount> disk;

    private FaultyCluster(ClusterProcesses processes, Optional<Mount> disk) {
        this.processes = processes;
        this.observer = new Observer(processes);
        this.disk = disk;
    }

    static FaultyCluster start(Path folder) throws IOException, InterruptedException {
        Path data = folder.resolve("node-" + ON_SMALL_DISK).resolve("data");
        Optional<Mount> disk = Mount.tryTmpfs(Files.createDirectories(data), DISK_BYTES);
        ClusterLayout layout =
                ClusterLayout.combined(3)
                        .withRelays()
                        .with("disk.reserve.bytes=30000000", "topic.segment.bytes=4000000");
        return new FaultyCluster(ClusterProcesses.start(folder, layout), disk);
    }

    ClusterProcesses processes() {
        return processes;
    }

    Observer observer() {
        return observer;
    }

    /**
     * A topic with a replica on each node, of whose partitions {@code leader} leads the first.
     * Other victims each time: who is fenced again and again is kept waiting (P6).
     */
    static NewTopic topic(String name, int partitions, int leader) {
        List<List<Integer>> assignments = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            int first = leader + partition;
            assignments.add(List.of(first % 3, (first + 1) % 3, (first + 2) % 3));
        }
        return NewTopic.named(name).withAssignments(assignments);
    }

    /** All that can be done to it. */
    List<Fault> faults(int newcomer) {
        List<Fault> faults = new ArrayList<>();
        faults.addAll(List.of(NodeFaults.values()));
        faults.addAll(List.of(NetworkFaults.values()));
        faults.add(new BrokerComesAndGoes(FIRST_NEWCOMER + newcomer));
        faults.add(new ControllersReplaced(FIRST_NEW_CONTROLLER + newcomer));
        if (disk.isPresent()) {
            faults.add(new FullDisk(ON_SMALL_DISK));
        }
        return faults;
    }

    /** Waits until, in the eyes of each node, all replicas of a topic are in sync. */
    void awaitInSync(String topic) throws Exception {
        for (ClusterNode node : processes.nodes()) {
            observer.awaitInSync(node.id(), topic);
        }
    }

    @Override
    public void close() throws IOException {
        observer.close();
        processes.close();
        if (disk.isPresent()) {
            disk.get().close();
        }
    }
}
