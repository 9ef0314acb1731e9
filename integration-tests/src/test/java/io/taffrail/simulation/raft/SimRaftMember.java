// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.raft;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.quorum.NotActiveException;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.controller.quorum.QuorumEvents;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.testsupport.SimulatedExecutor;
import io.taffrail.testsupport.SimulatedProcess;
import io.taffrail.testsupport.SimulatedScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One member of a {@link SimRaft}, in one process. */
public final class SimRaftMember implements Quorum {
    private static final long TICK_MS = 50;
    private static final long LEAST_TIMEOUT_MS = 500;
    private static final int TIMEOUT_SPREAD_MS = 400;
    private static final int SNAPSHOT_EVERY = 200;

    private final SimRaft group;
    private final int nodeId;
    private final SimRaftDisk disk;
    private final SimulatedScheduler scheduler;
    private final SimulatedExecutor thread;
    private final QuorumEvents events;
    private final Map<Long, CompletableFuture<Applied>> pending = new TreeMap<>(); // by index
    private final SimRaftLead lead;
    private ControllerState state;
    private OptionalInt leader = OptionalInt.empty();
    private boolean leads;
    private boolean ready;
    private final Set<Integer> votes = new TreeSet<>();
    private long commitIndex;
    private long heardNanos;
    private long electionTimeoutNanos;

    public SimRaftMember(
            SimRaft group,
            int nodeId,
            SimRaftDisk disk,
            SimulatedScheduler scheduler,
            SimulatedProcess process,
            QuorumEvents events) {
        this.group = group;
        this.nodeId = nodeId;
        this.disk = disk;
        this.scheduler = scheduler;
        this.thread = process.executor("raft");
        this.events = events;
        this.lead = new SimRaftLead(group, nodeId, disk, scheduler);
        state = disk.snapshot();
        commitIndex = disk.snapshotIndex();
        heard();
        group.started(nodeId, this);
        thread.execute(() -> events.replaced(state));
        var unused =
                thread.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private void heard() {
        heardNanos = scheduler.nanoTime();
        electionTimeoutNanos =
                TimeUnit.MILLISECONDS.toNanos(
                        LEAST_TIMEOUT_MS + scheduler.random().nextInt(TIMEOUT_SPREAD_MS));
    }

    private long silenceNanos() {
        return scheduler.nanoTime() - heardNanos;
    }

    private void tick() {
        if (leads && !lead.hasMajority()) {
            follow(disk.term(), OptionalInt.empty());
        } else if (leads) {
            lead.sendAll(commitIndex);
        } else if (silenceNanos() >= electionTimeoutNanos) {
            stand();
        }
    }

    private void stand() {
        disk.term(disk.term() + 1);
        disk.voteFor(nodeId);
        leader = OptionalInt.empty();
        votes.clear();
        votes.add(nodeId);
        heard();
        if (group.isMajority(votes.size())) {
            beginToLead();
            return;
        }
        SimRaftMessage request =
                new SimRaftMessage.VoteRequest(disk.term(), disk.lastIndex(), disk.lastTerm());
        for (int voter : group.voters()) {
            if (voter != nodeId) {
                group.send(nodeId, voter, request);
            }
        }
    }

    private void beginToLead() {
        leads = true;
        ready = false;
        leader = OptionalInt.of(nodeId);
        lead.begin();
        disk.append(new SimRaftDisk.Entry(disk.term(), Optional.empty(), 0));
        advanceCommit();
        lead.sendAll(commitIndex);
    }

    private void follow(long term, OptionalInt newLeader) {
        disk.term(term);
        leader = newLeader;
        votes.clear();
        if (leads) {
            leads = false;
            ready = false;
            heard();
            List<CompletableFuture<Applied>> lost = new ArrayList<>(pending.values());
            pending.clear();
            lost.forEach(each -> each.completeExceptionally(notActive()));
            events.notLeader();
        }
    }

    private static NotActiveException notActive() {
        return new NotActiveException("another member leads, or none");
    }

    // Messages

    void receive(int from, SimRaftMessage message) {
        thread.execute(() -> handle(from, message));
    }

    private void handle(int from, SimRaftMessage message) {
        boolean standsWhileAllIsWell =
                message instanceof SimRaftMessage.VoteRequest
                        && (leads
                                || (leader.isPresent()
                                        && silenceNanos()
                                                < TimeUnit.MILLISECONDS.toNanos(LEAST_TIMEOUT_MS)));
        if (standsWhileAllIsWell) {
            return;
        }
        if (message.term() > disk.term()) {
            follow(message.term(), OptionalInt.empty());
        }
        if (message instanceof SimRaftMessage.VoteRequest request) {
            vote(from, request);
        } else if (message instanceof SimRaftMessage.VoteAnswer answer) {
            counted(from, answer);
        } else if (message instanceof SimRaftMessage.Append append) {
            append(from, append);
        } else if (message instanceof SimRaftMessage.Install install) {
            install(from, install);
        } else if (message instanceof SimRaftMessage.AppendAnswer answer) {
            appended(from, answer);
        }
    }

    private void vote(int candidate, SimRaftMessage.VoteRequest request) {
        boolean complete =
                request.lastTerm() > disk.lastTerm()
                        || (request.lastTerm() == disk.lastTerm()
                                && request.lastIndex() >= disk.lastIndex());
        boolean free = disk.votedFor().isEmpty() || disk.votedFor().getAsInt() == candidate;
        boolean granted = request.term() == disk.term() && complete && free;
        if (granted) {
            disk.voteFor(candidate);
            heard();
        }
        group.send(nodeId, candidate, new SimRaftMessage.VoteAnswer(disk.term(), granted));
    }

    private void counted(int from, SimRaftMessage.VoteAnswer answer) {
        boolean stands = !leads && leader.isEmpty() && !votes.isEmpty();
        if (stands && answer.term() == disk.term() && answer.granted()) {
            votes.add(from);
            if (group.isMajority(votes.size())) {
                beginToLead();
            }
        }
    }

    private void append(int from, SimRaftMessage.Append message) {
        if (message.term() < disk.term()) {
            answer(from, false, 0);
            return;
        }
        follow(message.term(), OptionalInt.of(from));
        heard();
        long index = message.previousIndex();
        if (index < disk.snapshotIndex()) {
            answer(from, true, disk.snapshotIndex()); // all of that is committed
            return;
        }
        if (!disk.has(index) || disk.termAt(index) != message.previousTerm()) {
            answer(from, false, Math.min(index - 1, disk.lastIndex()));
            return;
        }
        for (SimRaftDisk.Entry entry : message.entries()) {
            index++;
            if (disk.has(index) && disk.termAt(index) != entry.term()) {
                disk.cutFrom(index);
            }
            if (!disk.has(index)) {
                disk.append(entry);
            }
        }
        commit(Math.min(message.commitIndex(), index));
        answer(from, true, index);
    }

    private void install(int from, SimRaftMessage.Install message) {
        if (message.term() < disk.term()) {
            answer(from, false, 0);
            return;
        }
        follow(message.term(), OptionalInt.of(from));
        heard();
        long index = message.snapshot().image().version().index();
        if (index > commitIndex) {
            disk.snapshot(message.snapshot());
            state = message.snapshot();
            commitIndex = index;
            events.replaced(state);
        }
        answer(from, true, index);
    }

    private void answer(int to, boolean matches, long index) {
        group.send(nodeId, to, new SimRaftMessage.AppendAnswer(disk.term(), matches, index));
    }

    private void appended(int from, SimRaftMessage.AppendAnswer answer) {
        if (leads && answer.term() == disk.term()) {
            lead.answered(from, answer);
            advanceCommit();
        }
    }

    // Committing

    private void advanceCommit() {
        commit(lead.committable(commitIndex));
        if (leads && !ready && state.image().version().term() == disk.term()) {
            ready = true;
            events.leaderReady();
        }
    }

    private void commit(long index) {
        while (commitIndex < index) {
            commitIndex++;
            apply(
                    disk.entry(commitIndex),
                    new MetadataVersion(disk.termAt(commitIndex), commitIndex));
        }
        if (commitIndex - disk.snapshotIndex() > SNAPSHOT_EVERY) {
            disk.snapshot(state);
        }
    }

    private void apply(SimRaftDisk.Entry entry, MetadataVersion version) {
        CompletableFuture<Applied> waiting = pending.remove(version.index());
        if (entry.command().isEmpty()) {
            state = state.at(version);
            events.applied(List.of(), state);
            return;
        }
        Decision decision =
                group.decisions().decide(state, entry.command().get(), version, entry.timeMs());
        state = state.after(decision, version);
        events.applied(decision.changes(), state);
        if (waiting != null) {
            waiting.complete(new Applied(version, decision, state));
        }
    }

    // What the services see

    @Override
    public CompletableFuture<Applied> submit(Command command, long timeMs) {
        if (!leads) {
            return CompletableFuture.failedFuture(notActive());
        }
        disk.append(new SimRaftDisk.Entry(disk.term(), Optional.of(command), timeMs));
        CompletableFuture<Applied> applied = new CompletableFuture<>();
        pending.put(disk.lastIndex(), applied);
        thread.execute(
                () -> {
                    if (leads) {
                        lead.sendAll(commitIndex);
                        advanceCommit();
                    }
                });
        return applied;
    }

    @Override
    public String clusterId() {
        return group.clusterId();
    }

    @Override
    public ControllerState state() {
        return state;
    }

    @Override
    public long term() {
        return disk.term();
    }

    @Override
    public boolean isLeader() {
        return leads && ready;
    }

    @Override
    public OptionalInt leaderNodeId() {
        return leader;
    }

    @Override
    public Optional<HostPort> apiAddress(int node) {
        return group.apiAddress(node);
    }

    /** They never change here. */
    @Override
    public SortedMap<Integer, HostPort> apiAddresses() {
        return new TreeMap<>();
    }

    @Override
    public long commitIndex() {
        return commitIndex;
    }

    @Override
    public long lastLogIndex() {
        return disk.lastIndex();
    }

    @Override
    public OptionalLong snapshotIndex() {
        return OptionalLong.of(disk.snapshotIndex());
    }

    @Override
    public int memberCount() {
        return group.voterCount();
    }

    @Override
    public List<QuorumMember> members() {
        List<QuorumMember> members = new ArrayList<>();
        members.add(member(nodeId, disk.lastIndex(), OptionalLong.empty()));
        for (int voter : group.voters()) {
            if (voter != nodeId) {
                members.add(
                        member(
                                voter,
                                lead.matchIndex(voter),
                                OptionalLong.of(lead.sinceMs(voter))));
            }
        }
        return members;
    }

    private QuorumMember member(int node, long matchIndex, OptionalLong sinceContactMs) {
        String address = group.apiAddress(node).orElseThrow().toString();
        return new QuorumMember(
                new PeerName(node, group.directoryId(node)),
                address,
                address,
                true,
                matchIndex,
                sinceContactMs);
    }
}
