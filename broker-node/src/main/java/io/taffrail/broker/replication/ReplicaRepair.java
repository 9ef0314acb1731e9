// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.TruncationReason;
import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a faulty replica fit to follow: what is damaged is dropped, to be filled again by the
 * leader. Only once the controller has confirmed that nobody counts on it: its fault is in the
 * metadata, and it is in neither ISR nor ELR (P19). On the metadata thread.
 */
final class ReplicaRepair {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaRepair.class);

    private final int brokerId;
    private final ReplicaLogs logs;

    ReplicaRepair(int brokerId, ReplicaLogs logs) {
        this.brokerId = brokerId;
        this.logs = logs;
    }

    /** Whether something may be dropped now; a report that was not recorded is made again. */
    boolean isDue(LocalReplica replica) {
        ReplicaFault fault = replica.fault();
        PartitionEntry entry = replica.entry();
        if (fault == ReplicaFault.NONE || replica.keepsFiles() || entry.leader().isEmpty()) {
            return false;
        }
        boolean recorded =
                entry.replicaOn(brokerId).map(ReplicaEntry::fault).orElse(fault) == fault;
        boolean counts = entry.isr().contains(brokerId) || entry.elr().contains(brokerId);
        if (!recorded && (fault == ReplicaFault.CORRUPT || !entry.isLedBy(brokerId))) {
            replica.reportAgain(); // a leader that was a suspect is the truth now, and says nothing
        }
        return recorded && !counts && fault != ReplicaFault.SUSPECT && isBroken(replica);
    }

    private static boolean isBroken(LocalReplica replica) {
        return replica.log().isEmpty() || !replica.log().get().damage().isEmpty();
    }

    /** Drops what is damaged, or begins an empty log. */
    void run(LocalReplica replica, LogConfig config) {
        TopicPartition partition = replica.partition();
        try {
            Optional<PartitionLog> log = replica.log();
            if (log.isPresent() && canBeCut(log.get())) {
                cut(log.get());
                return;
            }
            if (log.isPresent()) {
                log.get().abandon();
            }
            logs.delete(partition); // a stray would come back one day, and pass for the whole log
            replica.begunAnew(logs.open(partition, config, replica));
            LOG.warn("{} begins with an empty log, to be filled by its leader", partition);
        } catch (IOException e) {
            LOG.error("{} cannot be repaired: its disk fails", partition, e);
        }
    }

    /** Damage in front of the log's first record, where deleted ones are yet, leaves no end. */
    private static boolean canBeCut(PartitionLog log) throws IOException {
        long intact = beginOfDamage(log);
        return intact >= log.logStartOffset() && log.endIfTruncated(intact) >= log.logStartOffset();
    }

    private static long beginOfDamage(PartitionLog log) {
        long intact = log.logEndOffset();
        for (DamagedRange damage : log.damage()) {
            intact = Math.min(intact, damage.fromOffset());
        }
        return intact;
    }

    private static void cut(PartitionLog log) throws IOException {
        long end = log.truncateTo(beginOfDamage(log), TruncationReason.OUT_OF_ISR_AND_ELR);
        LOG.warn(
                "{} is cut to offset {}, where its damage began, to be filled by its leader",
                log.partition(),
                end);
    }
}
