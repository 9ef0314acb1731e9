// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.ControllerStartException;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.quorum.NotActiveException;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.controller.quorum.QuorumEvents;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** This node's member of the controllers' Raft group. Safe for any thread. */
public final class RaftMember implements Quorum, AutoCloseable {
    private final HostPort listen;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final ControllerStateMachine machine;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong nextCallId = new AtomicLong();

    private RaftMember(
            HostPort listen,
            RaftServer server,
            RaftServer.Division division,
            ControllerStateMachine machine) {
        this.listen = listen;
        this.server = server;
        this.division = division;
        this.machine = machine;
    }

    /**
     * Starts it; forms a group of one if there is nothing yet.
     *
     * @throws ControllerStartException if its files are not what they must be, or not its own
     */
    public static RaftMember start(ControllerSettings settings, QuorumEvents events)
            throws ControllerStartException {
        String peerId = new PeerName(settings.nodeId(), settings.directoryId()).toString();
        RaftDirectory directory = new RaftDirectory(settings.raftDirectory());
        Formation formation = directory.open(peerId, List.of(peerId));
        ControllerStateMachine machine = new ControllerStateMachine(events);
        RaftServer server = null;
        try {
            server = build(settings, formation, machine);
            server.start();
            RaftMember member =
                    new RaftMember(
                            settings.raftListen(),
                            server,
                            server.getDivision(groupId(formation)),
                            machine);
            if (!formation.formed()) {
                formation.asFormed().write(settings.raftDirectory());
            }
            return member;
        } catch (IOException | RuntimeException e) {
            machine.expectClose();
            closeQuietly(server);
            throw refused(settings, e);
        }
    }

    private static RaftServer build(
            ControllerSettings settings, Formation formation, ControllerStateMachine machine)
            throws IOException {
        RaftPeer self =
                RaftPeer.newBuilder()
                        .setId(formation.peerId())
                        .setAddress(settings.raftListen().toString())
                        .setClientAddress(apiAddress(settings))
                        .build();
        return RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(formation.peerId()))
                .setGroup(RaftGroup.valueOf(groupId(formation), self))
                .setProperties(RaftSettings.of(settings))
                .setStateMachineRegistry(groupId -> machine)
                .setOption(RaftStorage.StartupOption.RECOVER) // the default would format
                .build();
    }

    private static String apiAddress(ControllerSettings settings) {
        return settings.peers().get(0).apiAddress().toString();
    }

    private static RaftGroupId groupId(Formation formation) {
        return RaftGroupId.valueOf(formation.clusterId());
    }

    private static ControllerStartException refused(ControllerSettings settings, Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new ControllerStartException(
                "the controller cannot start on "
                        + settings.raftDirectory()
                        + " and "
                        + settings.raftListen()
                        + ": "
                        + why(cause),
                e);
    }

    private static String why(Throwable cause) {
        if (cause instanceof OverlappingFileLockException
                || String.valueOf(cause.getMessage()).contains("already locked")) {
            return "another process uses that folder. Stop it, or give each node its own data.dir.";
        }
        if (cause instanceof BindException) {
            return "the address cannot be listened on ("
                    + cause.getMessage()
                    + "). Free the port, or set another raft.listen.";
        }
        return (cause.getMessage() == null ? cause : cause.getMessage())
                + ". A damaged file is to be restored from a backup of this disk; where other controllers"
                + " have the state, replace this one by a newly formatted node.";
    }

    private static void closeQuietly(RaftServer server) {
        if (server == null) {
            return;
        }
        try {
            server.close();
        } catch (IOException e) {
            // it did not start: what made it so is being told
        }
    }

    @Override
    public String clusterId() {
        return division.getMemberId().getGroupId().getUuid().toString();
    }

    @Override
    public ControllerState state() {
        return machine.state();
    }

    @Override
    public long term() {
        return info().getCurrentTerm();
    }

    @Override
    public boolean isLeader() {
        return info().isLeaderReady();
    }

    /** Whether it leads, follows or stands for election, in Ratis's word. */
    public String role() {
        return info().getCurrentRole().name();
    }

    /** Looks whether it can go on: Ratis does not always say when it cannot. */
    public void checkAlive() {
        if (!info().isAlive() || server.getLifeCycleState().isClosingOrClosed()) {
            machine.die("Raft has stopped: " + info().getLifeCycleState());
        }
    }

    @Override
    public OptionalInt leaderNodeId() {
        RaftPeerId leader = info().getLeaderId();
        return leader == null
                ? OptionalInt.empty()
                : OptionalInt.of(PeerName.parse(leader.toString()).nodeId());
    }

    @Override
    public Optional<HostPort> apiAddress(int nodeId) {
        return division.getRaftConf().getAllPeers().stream()
                .filter(peer -> PeerName.parse(peer.getId().toString()).nodeId() == nodeId)
                .map(RaftPeer::getClientAddress)
                .filter(address -> address != null && !address.isEmpty())
                .map(HostPort::parse)
                .findFirst();
    }

    @Override
    public long commitIndex() {
        return division.getRaftLog().getLastCommittedIndex();
    }

    @Override
    public long lastLogIndex() {
        return division.getRaftLog().getNextIndex() - 1;
    }

    @Override
    public OptionalLong snapshotIndex() {
        SnapshotInfo snapshot = machine.getLatestSnapshot();
        return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.getIndex());
    }

    @Override
    public int memberCount() {
        return division.getRaftConf().getCurrentPeers().size();
    }

    @Override
    public List<QuorumMember> members() {
        List<QuorumMember> members = new ArrayList<>();
        members.add(member(server.getId(), address(), lastLogIndex(), OptionalLong.empty()));
        if (!info().isLeader()) {
            return members;
        }
        List<ServerRpcProto> followers =
                info().getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
        long[] matchIndices = info().getFollowerMatchIndices();
        for (int i = 0; i < Math.min(followers.size(), matchIndices.length); i++) {
            ServerRpcProto follower = followers.get(i);
            members.add(
                    member(
                            RaftPeerId.valueOf(follower.getId().getId()),
                            follower.getId().getAddress(),
                            matchIndices[i],
                            OptionalLong.of(follower.getLastRpcElapsedTimeMs())));
        }
        return members;
    }

    private QuorumMember member(
            RaftPeerId id, String raftAddress, long matchIndex, OptionalLong sinceContactMs) {
        PeerName name = PeerName.parse(id.toString());
        return new QuorumMember(
                name,
                raftAddress,
                apiAddress(name.nodeId()).map(HostPort::toString).orElse(""),
                division.getRaftConf().getCurrentPeers().stream()
                        .anyMatch(peer -> peer.getId().equals(id)),
                matchIndex,
                sinceContactMs);
    }

    /** Where it listens: what Ratis itself says of that names a port only. */
    private String address() {
        return listen.withPort(server.getServerRpc().getInetSocketAddress().getPort()).toString();
    }

    private DivisionInfo info() {
        return division.getInfo();
    }

    @Override
    public CompletableFuture<Applied> submit(Command command, long timeMs) {
        return submit(CommandCodec.encode(command, timeMs).asReadOnlyByteBuffer());
    }

    CompletableFuture<Applied> submit(ByteBuffer entry) {
        RaftClientRequest request =
                RaftClientRequest.newBuilder()
                        .setClientId(clientId)
                        .setServerId(server.getId())
                        .setGroupId(division.getMemberId().getGroupId())
                        .setCallId(nextCallId.incrementAndGet())
                        .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                        .setType(RaftClientRequest.writeRequestType())
                        .build();
        try {
            return server.submitClientRequestAsync(request)
                    .handle(
                            (reply, failure) -> {
                                if (failure != null) {
                                    throw notActive(failure);
                                }
                                return applied(reply);
                            });
        } catch (IOException e) {
            return CompletableFuture.failedFuture(new NotActiveException(e.toString(), e));
        }
    }

    private static Applied applied(RaftClientReply reply) {
        if (!reply.isSuccess()) {
            throw notActive(reply.getException());
        }
        if (reply.getMessage() instanceof AppliedMessage message) {
            return message.applied();
        }
        throw new IllegalStateException("the command was committed and could not be decided");
    }

    private static CompletionException notActive(Throwable cause) {
        return new CompletionException(
                new NotActiveException("not committed here: " + cause, cause));
    }

    @Override
    public void close() {
        machine.expectClose();
        closeQuietly(server);
    }
}
