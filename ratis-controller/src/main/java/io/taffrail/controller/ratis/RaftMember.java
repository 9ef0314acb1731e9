// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.membership.GroupChanges;
import io.taffrail.controller.membership.GroupConfiguration;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.quorum.NotActiveException;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's member of the controllers' Raft group. Safe for any thread. */
public final class RaftMember implements Quorum, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftMember.class);

    private final HostPort listen;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final ControllerStateMachine machine;
    private final RaftCalls calls;
    private boolean foundEnded; // only who calls checkAlive

    RaftMember(
            HostPort listen,
            RaftServer server,
            RaftServer.Division division,
            ControllerStateMachine machine) {
        this.listen = listen;
        this.server = server;
        this.division = division;
        this.machine = machine;
        this.calls = new RaftCalls(server.getId(), division.getMemberId().getGroupId());
        machine.askWhetherExcluded(this::excluded);
    }

    /**
     * Whether the newest configuration, decided or on its way, is without this member. After a
     * restart it then does nothing before a leader speaks to it.
     */
    public boolean excluded() {
        Collection<RaftPeer> current = division.getRaftConf().getCurrentPeers();
        return !current.isEmpty()
                && current.stream().noneMatch(peer -> peer.getId().equals(server.getId()));
    }

    /**
     * Whether it runs, and a change that was on its way when it last heard of any leaves it out.
     */
    public boolean isBeingRemoved() {
        return info().isAlive() && isMember() && excluded();
    }

    /** The others go on without this member. What it tells of that comes once. */
    public void leave() {
        machine.leave();
    }

    /** Whether it belongs to the group, as far as it knows; else it waits to be added. */
    public boolean isMember() {
        return division.getRaftConf().getPeer(server.getId()) != null;
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

    /**
     * Looks whether it can go on: Ratis does not always say when it cannot. To be called now and
     * then, by one thread: an end that is found twice in a row is told.
     */
    public void checkAlive() {
        boolean ended = !info().isAlive() || server.getLifeCycleState().isClosingOrClosed();
        if (ended && foundEnded) {
            machine.die("Raft has closed this member: " + info().getLifeCycleState());
        }
        foundEnded = ended;
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
                .filter(peer -> name(peer).nodeId() == nodeId)
                .flatMap(peer -> apiAddress(peer).stream())
                .findFirst();
    }

    private static PeerName name(RaftPeer peer) {
        return PeerName.parse(peer.getId().toString());
    }

    private static Optional<HostPort> apiAddress(RaftPeer peer) {
        return Optional.ofNullable(peer.getClientAddress())
                .filter(address -> !address.isEmpty())
                .map(HostPort::parse);
    }

    @Override
    public SortedMap<Integer, HostPort> apiAddresses() {
        SortedMap<Integer, HostPort> addresses = new TreeMap<>();
        for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
            apiAddress(peer).ifPresent(address -> addresses.put(name(peer).nodeId(), address));
        }
        return addresses;
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

    /** The newest in its log. */
    public GroupConfiguration configuration() {
        RaftConfiguration newest = division.getRaftConf();
        return new GroupConfiguration(
                newest.getLogEntryIndex(),
                newest.getAllPeers().stream().map(RaftMember::name).toList());
    }

    @Override
    public List<QuorumMember> members() {
        List<QuorumMember> members = new ArrayList<>();
        members.add(member(server.getId(), address(), lastLogIndex(), OptionalLong.empty()));
        long[] matchIndices = info().getFollowerMatchIndices();
        if (matchIndices == null) { // it does not lead
            return members;
        }
        List<ServerRpcProto> followers =
                info().getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
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
                division.getRaftConf().getPeer(id) != null,
                matchIndex,
                sinceContactMs);
    }

    /** As the group knows it; where it listens, if the group knows no port. */
    private String address() {
        RaftPeer self = division.getRaftConf().getPeer(server.getId());
        return self == null || self.getAddress().endsWith(":0")
                ? listen.withPort(server.getServerRpc().getInetSocketAddress().getPort()).toString()
                : self.getAddress();
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
                calls.write(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)));
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

    /** Changes of the group, for the leader. */
    public GroupChanges changes() {
        return new RaftGroupChanges(server, division, calls);
    }

    @Override
    public void close() {
        machine.expectClose();
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("Raft did not stop in order", e);
        }
    }
}
