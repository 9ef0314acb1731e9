// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static java.util.concurrent.CompletableFuture.runAsync;

import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.recovery.NewerFormatException;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.ReplicaFault;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the logs of replicas, side by side, and reports what was found wrong with them. Called on
 * the metadata thread, which waits.
 */
final class LogOpening {
    private static final Logger LOG = LoggerFactory.getLogger(LogOpening.class);

    private final ReplicaEnvironment environment;
    private final ReplicaLogs logs;
    private final LogSettings settings;

    LogOpening(ReplicaEnvironment environment, ReplicaLogs logs, LogSettings settings) {
        this.environment = environment;
        this.logs = logs;
        this.settings = settings;
    }

    /** Returns when each is open, or known not to be. */
    void open(List<LocalReplica> replicas, MetadataImage image) {
        CompletableFuture<?>[] openings =
                replicas.stream()
                        .map(each -> runAsync(() -> open(each, image), environment.blocking()))
                        .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(openings).join();
    }

    private void open(LocalReplica replica, MetadataImage image) {
        TopicPartition partition = replica.partition();
        try {
            if (logs.isLost(
                    partition, replica.entry().replicaOn(environment.brokerId()).orElseThrow())) {
                LOG.error("{} is lost: its directory is gone", partition);
                replica.failed("its directory is gone: the disk was replaced, or emptied");
                replica.report(ReplicaFault.LOST);
                return;
            }
            PartitionLog log = logs.open(partition, settings.of(partition, image), replica);
            replica.opened(log);
            switch (log.recoveryReport().outcome()) {
                case CLEAN -> LOG.debug("opened {}", log.recoveryReport());
                case CUT -> LOG.info("opened {}", log.recoveryReport());
                default -> LOG.error("opened {}", log.recoveryReport());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("cannot open the log of {}", partition, e);
            failed(replica, e);
        }
    }

    /** Too few file handles or no memory say nothing against what is on the disk. */
    private static void failed(LocalReplica replica, Exception cause) {
        replica.failed("its log cannot be opened: " + cause.getMessage());
        if (cause instanceof NewerFormatException) {
            replica.keepFiles();
        }
        if (cause instanceof NewerFormatException || cause instanceof DamagedFileException) {
            replica.report(ReplicaFault.CORRUPT);
        }
    }
}
