// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic has changed to flush=commit, and what was acknowledged before may not be on the disk:
 * only when it is, and the controllers know, does a replica count as such (P21). Called on the
 * metadata thread, and does not block it.
 */
final class FlushProof {
    private static final Logger LOG = LoggerFactory.getLogger(FlushProof.class);

    private final ReplicaEnvironment environment;

    FlushProof(ReplicaEnvironment environment) {
        this.environment = environment;
    }

    /** Forces the log, where that is still to be proven, and says so. */
    void give(LocalReplica replica, PartitionLog log) {
        if (isDue(replica, log)) {
            environment.blocking().execute(() -> force(replica, log));
        }
    }

    private boolean isDue(LocalReplica replica, PartitionLog log) {
        ReplicaEntry entry = replica.entry().replicaOn(environment.brokerId()).orElseThrow();
        return log.config().flush() == FlushPolicy.COMMIT
                && !entry.flushProven()
                && entry.fault() == ReplicaFault.NONE
                && replica.fault() == ReplicaFault.NONE;
    }

    private static void force(LocalReplica replica, PartitionLog log) {
        try {
            log.flush();
            replica.flushProven();
        } catch (IOException e) {
            LOG.warn("{} cannot be forced", replica.partition(), e);
        }
    }
}
