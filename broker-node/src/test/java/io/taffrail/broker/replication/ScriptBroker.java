// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.partition.IsrProposal;
import io.taffrail.broker.partition.ProposalAnswer;
import io.taffrail.broker.partition.ReplicaRules;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.storage.Machine;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A broker of a {@link ReplicationScript}: its replicas as they are in production, on a simulated
 * disk. Everything happens in the caller's thread; rounds of fsync can be held back.
 */
final class ScriptBroker implements Machine, ReplicaFaults, IsrProposals {
    private record Asked(IsrProposal proposal, Consumer<ProposalAnswer> answer) {}

    private final int id;
    private final SimulatedClock clock;
    private final SimulatedDisk disk;
    private final Queue<Runnable> heldFsyncs = new ArrayDeque<>();
    private final List<Report> reports = new ArrayList<>();
    private final Deque<Asked> proposals = new ArrayDeque<>();
    private boolean holdsFsyncs;
    private boolean directoryFailed;
    private int boots = 1;
    private long brokerEpoch;
    private DataDirectory directory;
    private Replicas replicas; // null while it is down
    private ReplicationTarget target;

    ScriptBroker(int id, SimulatedClock clock) {
        this.id = id;
        this.clock = clock;
        this.disk = new SimulatedDisk(id);
    }

    int id() {
        return id;
    }

    // Its life

    /** Starts a process, registered under {@code epoch}, which has not heard of the metadata. */
    void start(long epoch) throws IOException {
        brokerEpoch = epoch;
        directory = DataDirectory.open(disk, Path.of("/data"), id, this, clock);
        ReplicaLogs logs =
                new ReplicaLogs(
                        disk,
                        clock,
                        this::fsync,
                        new DiskReserve(disk, directory.path(), clock, 0),
                        directory);
        directory.storeBrokerEpoch(epoch);
        replicas =
                new Replicas(
                        new ReplicaEnvironment(
                                id,
                                directory.directoryId(),
                                () -> brokerEpoch,
                                ReplicaRules.PROTOCOL,
                                ReplicationScript.LAG,
                                clock,
                                Runnable::run,
                                this,
                                this,
                                streamed -> target = streamed),
                        logs,
                        TopicDefaults.BUILT_IN);
    }

    boolean isRunning() {
        return replicas != null;
    }

    void powerCut(PowerCut kind) {
        stopped();
        boots++;
        disk.powerCut(kind);
    }

    void processCrash() {
        stopped();
        disk.processCrash();
    }

    void cleanStop() throws IOException {
        directory.writeCleanMark(new CleanMark(brokerEpoch, replicas.close().orElseThrow()));
        processCrash();
    }

    private void stopped() {
        replicas = null;
        target = null;
        heldFsyncs.clear();
        holdsFsyncs = false;
        proposals.clear();
    }

    void hears(MetadataImage image) throws IOException {
        replicas.applyImage(image);
    }

    void hears(MetadataImage image, List<MetadataChange> changes) throws IOException {
        replicas.applyChanges(image, changes);
    }

    // Its disk

    private void fsync(Runnable round) {
        if (holdsFsyncs) {
            heldFsyncs.add(round);
        } else {
            round.run();
        }
    }

    /** From now on what is appended stays in the page cache. */
    void holdFsyncs() {
        holdsFsyncs = true;
    }

    void releaseFsyncs() {
        holdsFsyncs = false;
        while (!heldFsyncs.isEmpty()) {
            heldFsyncs.remove().run();
        }
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** The only segment, or the first. */
    Path logFile() {
        return log().directory().resolve("00000000000000000000.log");
    }

    @Override
    public Closeable lock(Path path) {
        return () -> {};
    }

    @Override
    public Optional<String> bootId() {
        return Optional.of("boot " + boots);
    }

    @Override
    public UUID newId() {
        return new UUID(0, id);
    }

    DirectoryId directoryId() {
        return new DirectoryId(new UUID(0, id));
    }

    // Its replica

    Optional<PartitionLog> openLog() {
        return isRunning() ? local().log() : Optional.empty();
    }

    PartitionLog log() {
        return local().log().orElseThrow();
    }

    LocalReplica local() {
        return replicas.replica(ReplicationScript.TOPIC, 0).orElseThrow();
    }

    boolean hasReplica() {
        return isRunning() && replicas.replica(ReplicationScript.TOPIC, 0).isPresent();
    }

    LeaderReplica leader() {
        return local().leader().orElseThrow();
    }

    boolean leads() {
        return hasReplica() && local().leader().isPresent();
    }

    ReplicationTarget target() {
        return target;
    }

    FollowerOpen open() {
        return ReplicationScript.now(target.open());
    }

    // What it says

    @Override
    public void reported(Report report) {
        reports.add(report);
    }

    /** What it reported against its replica, in order. */
    List<Report> reports() {
        return reports;
    }

    @Override
    public void directorySlow(TopicPartition partition, Duration duration) {
        throw new AssertionError(duration.toString());
    }

    @Override
    public void directoryFailed(TopicPartition partition, IOException cause) {
        directoryFailed = true;
    }

    @Override
    public void propose(IsrProposal proposal, Consumer<ProposalAnswer> answer) {
        proposals.add(new Asked(proposal, answer));
    }

    /** Whether a write or an fsync failed. */
    boolean hasFailedDirectory() {
        return directoryFailed;
    }

    /** The newest proposal, if it is not answered. */
    Optional<IsrProposal> proposal() {
        return Optional.ofNullable(proposals.peekLast()).map(Asked::proposal);
    }

    void answer(ProposalAnswer answer) {
        proposals.removeLast().answer().accept(answer);
    }

    @Override
    public String toString() {
        return "broker " + id;
    }
}
