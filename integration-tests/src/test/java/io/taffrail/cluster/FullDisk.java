// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taffrail.client.admin.BrokerSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Something else fills the disk of a node that is a small one of its own, and is deleted again:
 * meanwhile the node leads nothing that another can lead (P10).
 *
 * @param node whose data directory is on that disk
 */
record FullDisk(int node) implements Fault {
    private static final int PIECE_BYTES = 1 << 20;

    @Override
    public void strike(Stage stage) throws Exception {
        Path data = stage.cluster().node(node).data();
        FileStore disk = Files.getFileStore(data);
        assumeTrue(disk.type().equals("tmpfs"), "the node needs a small disk of its own");
        int witness = stage.observer().otherThan(node);
        Path ballast = data.resolve("ballast");
        try {
            fill(ballast, disk);
            stage.observer()
                    .awaitCluster(
                            witness,
                            "counts broker " + node + " as read-only",
                            cluster -> isReadOnly(cluster.brokers()));
            awaitLeadsNothing(stage, witness);
            stage.workload().awaitProgress();
        } finally {
            Files.deleteIfExists(ballast);
        }
        stage.observer()
                .awaitCluster(
                        witness,
                        "counts broker " + node + " as one that takes appends",
                        cluster -> !isReadOnly(cluster.brokers()));
    }

    private static void fill(Path ballast, FileStore disk) throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (disk.getUsableSpace() > 2 * PIECE_BYTES) {
                out.write(new byte[PIECE_BYTES]);
            }
        }
    }

    private boolean isReadOnly(List<BrokerSummary> brokers) {
        return brokers.stream().anyMatch(broker -> broker.brokerId() == node && broker.readOnly());
    }

    private void awaitLeadsNothing(Stage stage, int witness) throws Exception {
        int partitions = stage.observer().topic(witness, stage.topic()).partitionCount();
        for (int partition = 0; partition < partitions; partition++) {
            stage.observer()
                    .awaitPartition(
                            witness,
                            stage.topic(),
                            partition,
                            "is led by another than " + node,
                            each -> each.leaderId().orElse(node) != node);
        }
    }

    @Override
    public String toString() {
        return "FULL_DISK";
    }
}
