// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.quorum.QuorumEvents;
import io.taffrail.controller.ratis.CommandCodec.Stamped;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataVersion;
import java.io.File;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the log's commands to a {@link ControllerState}, one after the other, on Ratis's one
 * thread for that. Nothing is thrown out of {@link #applyTransaction}: it would end every member of
 * the group, again at each start. An entry that cannot be read or decided changes nothing, on every
 * member alike.
 */
final class ControllerStateMachine extends BaseStateMachine {
    private static final Logger log = LoggerFactory.getLogger(ControllerStateMachine.class);
    private static final Message NOTHING = Message.EMPTY;

    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final QuorumEvents events;
    private final FirstEntry firstEntry;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile ControllerState state = ControllerState.EMPTY;
    private volatile BooleanSupplier excluded = () -> false;
    private boolean begun; // only Ratis's thread that applies

    /** Told once, before anything is applied here that came after the start. */
    interface FirstEntry {
        void isHere() throws IOException;
    }

    ControllerStateMachine(QuorumEvents events, FirstEntry firstEntry) {
        this.events = events;
        this.firstEntry = firstEntry;
    }

    /** The newest that was applied. */
    ControllerState state() {
        return state;
    }

    /** From here on an end is on purpose. */
    void expectClose() {
        ended.set(true);
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
            throws IOException {
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            super.initialize(server, groupId, raftStorage);
                            storage.init(raftStorage);
                            load();
                        },
                        IOException.class);
    }

    @Override
    public SimpleStateMachineStorage getStateMachineStorage() {
        return storage;
    }

    /** The base class does nothing here, and an installed snapshot would then end the member. */
    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    /** After a snapshot of the leader's was installed. */
    @Override
    public void reinitialize() throws IOException {
        storage.loadLatestSnapshot(); // the one from before is cached
        tellFirst();
        load();
        getLifeCycle().transition(LifeCycle.State.STARTING);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    private void load() throws IOException {
        SingleFileSnapshotInfo snapshot = storage.getLatestSnapshot();
        if (snapshot == null) {
            return;
        }
        state = SnapshotCodec.decode(SnapshotFile.read(snapshot.getFile().getPath()));
        setLastAppliedTermIndex(snapshot.getTermIndex());
        log.info("loaded {} from {}", state.image(), snapshot.getFile().getPath());
        events.replaced(state);
    }

    @Override
    public long takeSnapshot() throws IOException {
        ControllerState captured = state;
        TermIndex last = getLastAppliedTermIndex();
        if (last.getIndex() < 0) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        try {
            writeSnapshot(captured, last);
            return last.getIndex();
        } catch (RuntimeException | Error e) {
            // Ratis would try again at once, and for ever; also when it is asked to stop.
            die("a snapshot cannot be taken: " + e);
            throw new IOException(e);
        }
    }

    private void writeSnapshot(ControllerState captured, TermIndex last) throws IOException {
        File file = storage.getSnapshotFile(last.getTerm(), last.getIndex());
        SnapshotFile.write(file.toPath(), SnapshotCodec.encode(captured));
        MD5Hash md5 = MD5FileUtil.computeAndSaveMd5ForFile(file); // what Ratis itself wants
        storage.updateLatestSnapshot(
                new SingleFileSnapshotInfo(new FileInfo(file.toPath(), md5), last));
        log.info("took the snapshot {}", file);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        MetadataVersion version = new MetadataVersion(entry.getTerm(), entry.getIndex());
        Optional<Applied> applied = decide(entry, version);
        advance(
                applied.map(made -> made.decision().changes()).orElse(List.of()),
                applied.map(Applied::after).orElseGet(() -> state.at(version)));
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        // Only who asked here gets the decision: Ratis keeps replies for a minute, in a replay all.
        boolean askedHere = transaction.getClientRequest() != null;
        return CompletableFuture.completedFuture(
                askedHere && applied.isPresent() ? new AppliedMessage(applied.get()) : NOTHING);
    }

    private Optional<Applied> decide(LogEntryProto entry, MetadataVersion version) {
        try {
            Optional<Stamped> command =
                    CommandCodec.decode(
                            entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer());
            if (command.isEmpty()) {
                log.error("the entry {} cannot be read by this version: it is skipped", version);
                return Optional.empty();
            }
            Decision decision =
                    state.decide(command.get().command(), version, command.get().timeMs());
            return Optional.of(new Applied(version, decision, state.after(decision, version)));
        } catch (RuntimeException e) {
            log.error("the entry {} cannot be decided: it is skipped", version, e);
            return Optional.empty();
        }
    }

    private void advance(List<MetadataChange> changes, ControllerState after) {
        tellFirst();
        state = after;
        events.applied(changes, after);
    }

    private void tellFirst() {
        if (!begun) {
            begun = true;
            try {
                firstEntry.isHere();
            } catch (IOException e) {
                die("it cannot be written down that this member has begun: " + e);
            }
        }
    }

    /** An entry of Ratis's own: configuration or marks. */
    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        advance(List.of(), state.at(new MetadataVersion(term, index)));
        super.notifyTermIndexUpdated(term, index);
    }

    @Override
    public void notifyLeaderReady() {
        events.leaderReady();
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pendingEntries) {
        events.notLeader();
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto failedEntry) {
        die("the controllers' log cannot be written: " + cause);
    }

    @Override
    public void notifyServerShutdown(RoleInfoProto roleInfo, boolean allServer) {
        if (allServer) {
            die("Raft has shut this member down");
        } else {
            leave(); // Ratis says so only of who stood for election, and is no member any more
        }
    }

    /**
     * Ratis says only afterwards whether it was because the group goes on without this member, so
     * that {@link RaftMember#checkAlive} tells of an end, a little later.
     */
    @Override
    public void close() {
        if (excluded.getAsBoolean()) {
            leave();
        }
    }

    /** The configuration may name other members only: then an end is to be expected. */
    void askWhetherExcluded(BooleanSupplier question) {
        excluded = question;
    }

    /** Reports an end that nobody asked for, once. */
    void die(String why) {
        if (excluded.getAsBoolean()) {
            leave();
        } else if (ended.compareAndSet(false, true)) {
            events.died(why);
        }
    }

    /** The group goes on without this member. */
    void leave() {
        if (ended.compareAndSet(false, true)) {
            events.removed();
        }
    }
}
