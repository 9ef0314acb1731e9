// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.ControllerStartException;
import io.taffrail.controller.membership.Formation;
import io.taffrail.controller.membership.Formation.Stage;
import io.taffrail.controller.membership.GroupPeer;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumEvents;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.OverlappingFileLockException;
import java.util.List;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;

/** Starts Raft with what was formed. */
public final class RaftStart {
    private final ControllerSettings settings;
    private final RaftDirectory directory;
    private final QuorumEvents events;

    public RaftStart(ControllerSettings settings, RaftDirectory directory, QuorumEvents events) {
        this.settings = settings;
        this.directory = directory;
        this.events = events;
    }

    /**
     * Starts this node's member. It may neither lead nor follow yet when this returns.
     *
     * @param formation written down already (P5)
     * @throws ControllerStartException if its files are not what they must be, or not its own
     */
    public RaftMember start(Formation formation) throws ControllerStartException {
        ControllerStateMachine machine =
                new ControllerStateMachine(events, () -> writeFormed(formation));
        RaftServer server = null;
        try {
            server = build(formation, machine);
            server.start();
            return new RaftMember(
                    settings.raftListen(), server, server.getDivision(groupId(formation)), machine);
        } catch (IOException | RuntimeException e) {
            machine.expectClose();
            closeQuietly(server);
            throw refused(e);
        }
    }

    /** From here on Raft's log has to be there. */
    private void writeFormed(Formation formation) throws IOException {
        if (formation.stage() == Stage.FORMING) {
            directory.store(formation.as(Stage.FORMED));
        }
    }

    private RaftServer build(Formation formation, ControllerStateMachine machine)
            throws IOException {
        return RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(formation.self().toString()))
                .setGroup(RaftGroup.valueOf(groupId(formation), peers(formation)))
                .setProperties(RaftSettings.of(settings))
                .setParameters(parameters(formation.self()))
                .setStateMachineRegistry(groupId -> machine)
                .setOption(RaftStorage.StartupOption.RECOVER) // the default would format
                .build();
    }

    private static Parameters parameters(PeerName self) {
        Parameters parameters = new Parameters();
        GrpcConfigKeys.Server.setServicesCustomizer(
                parameters, (builder, types) -> builder.intercept(new AddresseeCheck(self)));
        return parameters;
    }

    /**
     * Those who formed the group, which counts until there is a configuration in the log. One that
     * was added later knows nobody before it is told.
     */
    private List<RaftPeer> peers(Formation formation) {
        return formation.peers().stream().map(this::asListed).map(RaftStart::peer).toList();
    }

    /** One that is alone may move to other ports. */
    private GroupPeer asListed(GroupPeer peer) {
        return settings.peers().size() == 1 && peer.name().nodeId() == settings.nodeId()
                ? new GroupPeer(
                        peer.name(), settings.self().raftAddress(), settings.self().apiAddress())
                : peer;
    }

    /** What Ratis calls the client's address is the API's. */
    static RaftPeer peer(GroupPeer peer) {
        return RaftPeer.newBuilder()
                .setId(peer.name().toString())
                .setAddress(peer.raftAddress().toString())
                .setClientAddress(peer.apiAddress().toString())
                .build();
    }

    private static RaftGroupId groupId(Formation formation) {
        return RaftGroupId.valueOf(formation.clusterId());
    }

    private ControllerStartException refused(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new ControllerStartException(
                "the controller cannot start on "
                        + directory.path()
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
}
