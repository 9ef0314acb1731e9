// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One replica on this broker: its log, and the leadership it has at present, if any. The role is
 * changed on the metadata thread alone; the log's news come on any thread.
 */
final class LocalReplica implements LogListener {
    private final TopicPartition partition;
    private final ReplicaFaults faults;
    private volatile PartitionLog log; // null until it is open, and if it cannot be
    private volatile LeaderReplica leader; // null while another broker leads
    private volatile String unavailable = "its log is being recovered";
    private volatile PartitionEntry entry;
    private volatile boolean reported;

    LocalReplica(TopicPartition partition, PartitionEntry entry, ReplicaFaults faults) {
        this.partition = partition;
        this.entry = entry;
        this.faults = faults;
    }

    TopicPartition partition() {
        return partition;
    }

    /** The state of the partition that this replica was last told. */
    PartitionEntry entry() {
        return entry;
    }

    void entry(PartitionEntry newer) {
        entry = newer;
    }

    Optional<PartitionLog> log() {
        return Optional.ofNullable(log);
    }

    Optional<LeaderReplica> leader() {
        return Optional.ofNullable(leader);
    }

    /** Why there is no leader here although the metadata names this broker. */
    String unavailable() {
        return unavailable;
    }

    /** The log is recovered; what it found is reported before the broker counts as recovered. */
    void opened(PartitionLog opened) {
        log = opened;
        switch (opened.recoveryReport().outcome()) {
            case SUSPECT -> report(ReplicaFault.SUSPECT);
            case LOST, CORRUPT -> report(ReplicaFault.CORRUPT);
            default -> {}
        }
    }

    /** The log cannot be opened: the replica stays offline. */
    void failed(String why) {
        unavailable = why;
    }

    void lead(LeaderReplica newLeader) {
        leader = newLeader;
    }

    /** Ends the leadership, if there is one. */
    void resign(LogFailure why) {
        LeaderReplica ending = leader;
        if (ending != null) {
            leader = null;
            ending.end(why);
        }
    }

    /** Whether a fault of it was reported: then it is not opened again before a restart. */
    boolean reported() {
        return reported;
    }

    void report(ReplicaFault fault) {
        reported = true;
        PartitionLog opened = log;
        faults.reported(
                new ReplicaFaults.Report(
                        partition,
                        entry.leaderEpoch(),
                        fault,
                        opened == null ? OptionalInt.empty() : opened.latestEpoch(),
                        opened == null ? 0 : opened.logEndOffset()));
    }

    // The log's news

    @Override
    public void durableEndAdvanced(PartitionLog from, long durableEndOffset) {
        LeaderReplica leading = leader;
        if (leading != null) {
            leading.onDurable(durableEndOffset);
        }
    }

    @Override
    public void ioFailed(PartitionLog from, IOException cause) {
        unavailable = "its log failed: " + cause.getMessage();
        resign(LogFailure.of(LogError.LEADER_UNKNOWN, partition + ": " + unavailable));
        faults.directoryFailed(partition, cause);
    }

    @Override
    public void damageFound(PartitionLog from, DamagedRange damage) {
        report(ReplicaFault.CORRUPT);
    }
}
