// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.logstore.PartitionLog;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The replicas of this broker in figures, for metrics and for readiness. From any thread. */
public final class ReplicaCounts {
    private final int brokerId;
    private final ReplicaMap replicas;

    ReplicaCounts(int brokerId, ReplicaMap replicas) {
        this.brokerId = brokerId;
        this.replicas = replicas;
    }

    /** How many replicas are here. */
    public int all() {
        return replicas.all().size();
    }

    /** How many partitions are led here. */
    public int leading() {
        return count(replica -> replica.leader().isPresent());
    }

    /** How many have a leader elsewhere, and are not in sync with it though they should be. */
    public int notInSync() {
        return count(
                replica ->
                        replica.entry().leader().isPresent()
                                && !replica.entry().isr().contains(brokerId)
                                && !replica.entry().adding().contains(brokerId));
    }

    /** How many logs could not be opened, or failed since. */
    public int offline() {
        return count(replica -> replica.log().isEmpty() || !replica.log().get().damage().isEmpty());
    }

    private int count(Predicate<LocalReplica> which) {
        return (int) replicas.all().stream().filter(which).count();
    }

    /** How many bytes of the logs were read and verified as they were opened. */
    public long verifiedBytes() {
        return logs().mapToLong(log -> log.recoveryReport().bytesScanned()).sum();
    }

    /** Bytes of all logs. */
    public long logBytes() {
        return logs().mapToLong(PartitionLog::sizeBytes).sum();
    }

    private Stream<PartitionLog> logs() {
        return replicas.all().stream().flatMap(replica -> replica.log().stream());
    }
}
