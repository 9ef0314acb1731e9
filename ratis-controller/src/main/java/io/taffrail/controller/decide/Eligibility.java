// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.Optional;
import java.util.Set;

/** Which replicas may lead or join an ISR, as the brokers are now. */
record Eligibility(MetadataImage image, Set<DirectoryId> slow) {
    /** Fit to lead, from the best to none. */
    enum Fitness {
        FIT,
        /** Read-only or slow: leads only what no other can (P10). */
        RELUCTANT,
        /** Damaged: serves what is intact if it is all that is left (P19). */
        DAMAGED,
        UNFIT
    }

    Fitness fitness(ReplicaEntry replica) {
        if (!serves(replica)
                || replica.fault() == ReplicaFault.LOST
                || replica.fault() == ReplicaFault.SUSPECT) {
            return Fitness.UNFIT;
        }
        if (replica.fault() == ReplicaFault.CORRUPT) {
            return Fitness.DAMAGED;
        }
        boolean reluctant =
                broker(replica).orElseThrow().readOnly() || slow.contains(replica.directoryId());
        return reluctant ? Fitness.RELUCTANT : Fitness.FIT;
    }

    /** Its broker is alive and stays, and its directory is there. */
    boolean serves(ReplicaEntry replica) {
        return broker(replica)
                .filter(broker -> broker.active() && broker.online(replica.directoryId()))
                .isPresent();
    }

    private Optional<BrokerEntry> broker(ReplicaEntry replica) {
        return image.broker(replica.brokerId());
    }
}
