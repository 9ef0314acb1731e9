// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.partition.ReplicaRules;
import io.taffrail.model.Clock;
import io.taffrail.model.cluster.DirectoryId;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What the replicas of a broker have in common.
 *
 * @param brokerEpoch of this broker's registration, once there is one
 * @param lag a member of an ISR that was not at the log end for as long is out of sync
 * @param blocking for what waits for the disk
 */
public record ReplicaEnvironment(
        int brokerId,
        DirectoryId directoryId,
        LongSupplier brokerEpoch,
        ReplicaRules rules,
        Duration lag,
        Clock clock,
        Executor blocking,
        ReplicaFaults faults,
        IsrProposals proposals,
        ReplicaStreams streams) {}
