// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.LogListener;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.recovery.DamagedRange;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.io.IOException;
import java.time.Duration;
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
    private volatile FollowerReplica follower; // null while none does, or this one
    private volatile String unavailable = "its log is being recovered";
    private volatile PartitionEntry entry;
    private volatile ReplicaFault fault = ReplicaFault.NONE;
    private volatile boolean reported;
    private volatile boolean keepsFiles;

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

    Optional<FollowerReplica> follower() {
        return Optional.ofNullable(follower);
    }

    /** Why there is no leader here although the metadata names this broker. */
    String unavailable() {
        return unavailable;
    }

    /** The log is empty, in the place of one that was lost or given up. */
    void begunAnew(PartitionLog empty) {
        log = empty;
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

    void follow(FollowerReplica newFollower) {
        follower = newFollower;
    }

    /** Ends the role that this replica has, if it has one. */
    void resign(LogFailure why) {
        LeaderReplica ending = leader;
        if (ending != null) {
            leader = null;
            ending.end(why);
        }
        FollowerReplica following = follower;
        if (following != null) {
            follower = null;
            following.end();
        }
    }

    /** Whether a fault of it was reported: then it is not opened again before a restart. */
    boolean reported() {
        return reported;
    }

    /** What was reported against it, and not taken back. */
    ReplicaFault fault() {
        return fault;
    }

    /** Its files are not damaged, but newer than this version reads: nothing of them is dropped. */
    void keepFiles() {
        keepsFiles = true;
    }

    boolean keepsFiles() {
        return keepsFiles;
    }

    void report(ReplicaFault found) {
        reported = true;
        fault = found;
        send(found);
    }

    /** The controller has not recorded the fault, or refused it: the same again. */
    void reportAgain() {
        send(fault);
    }

    /**
     * It follows on {@code brokerId}, and has all that its leader knows to be committed: it is
     * whole, whatever was said of it, by this process or by one before (P19).
     */
    void caughtUp(int brokerId) {
        if (!log.damage().isEmpty()) {
            return; // it is as long as it should be, and waits to be cut where its damage begins
        }
        ReplicaFault recorded =
                entry.replicaOn(brokerId).map(ReplicaEntry::fault).orElse(ReplicaFault.NONE);
        if (fault != ReplicaFault.NONE || recorded != ReplicaFault.NONE) {
            fault = ReplicaFault.NONE;
            send(ReplicaFault.NONE);
        }
    }

    /** All of its log is on the disk (P21). */
    void flushProven() {
        if (fault == ReplicaFault.NONE) { // else damage was found meanwhile
            send(ReplicaFault.NONE);
        }
    }

    private void send(ReplicaFault said) {
        PartitionLog opened = log;
        faults.reported(
                new ReplicaFaults.Report(
                        partition,
                        entry.leaderEpoch(),
                        said,
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
        FollowerReplica following = follower;
        if (following != null) {
            following.onDurable();
        }
    }

    @Override
    public void ioFailed(PartitionLog from, IOException cause) {
        unavailable = "its log failed: " + cause.getMessage();
        resign(LogFailure.of(LogError.LEADER_UNKNOWN, partition + ": " + unavailable));
        faults.directoryFailed(partition, cause);
    }

    @Override
    public void ioSlow(PartitionLog from, Duration duration) {
        faults.directorySlow(partition, duration);
    }

    @Override
    public void damageFound(PartitionLog from, DamagedRange damage) {
        report(ReplicaFault.CORRUPT);
    }
}
