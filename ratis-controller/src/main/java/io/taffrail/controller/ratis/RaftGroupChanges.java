// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.membership.GroupChangeException;
import io.taffrail.controller.membership.GroupChanges;
import io.taffrail.controller.membership.GroupPeer;
import io.taffrail.controller.quorum.NotActiveException;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.TransferLeadershipException;
import org.apache.ratis.server.RaftServer;

/** Changes of the group, in Ratis's words. */
final class RaftGroupChanges implements GroupChanges {
    private final RaftServer server;
    private final RaftServer.Division division;
    private final RaftCalls calls;

    RaftGroupChanges(RaftServer server, RaftServer.Division division, RaftCalls calls) {
        this.server = server;
        this.division = division;
        this.calls = calls;
    }

    @Override
    public List<GroupPeer> peers() {
        return current().stream()
                .map(
                        peer ->
                                new GroupPeer(
                                        PeerName.parse(peer.getId().toString()),
                                        HostPort.parse(peer.getAddress()),
                                        HostPort.parse(peer.getClientAddress())))
                .toList();
    }

    private Collection<RaftPeer> current() {
        return division.getRaftConf().getCurrentPeers();
    }

    @Override
    public CompletableFuture<Void> change(List<PeerName> from, List<GroupPeer> to) {
        List<RaftPeer> expected = from.stream().map(RaftGroupChanges::named).toList();
        List<RaftPeer> wanted = to.stream().map(RaftStart::peer).toList();
        try {
            return done(server.setConfigurationAsync(calls.compareAndSet(expected, wanted)));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(failure(e));
        }
    }

    /** To be compared by its id alone. */
    private static RaftPeer named(PeerName name) {
        return RaftPeer.newBuilder().setId(name.toString()).build();
    }

    @Override
    public CompletableFuture<Void> transferTo(PeerName name) {
        return transfer(calls.transfer(RaftPeerId.valueOf(name.toString())));
    }

    @Override
    public CompletableFuture<Void> stepDown() {
        return transfer(calls.stepDown());
    }

    private CompletableFuture<Void> transfer(TransferLeadershipRequest request) {
        try {
            return done(server.transferLeadershipAsync(request));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(failure(e));
        }
    }

    private static CompletableFuture<Void> done(CompletableFuture<RaftClientReply> replies) {
        return replies.handle(
                (reply, failure) -> {
                    if (failure != null) {
                        throw new CompletionException(failure(failure));
                    }
                    if (!reply.isSuccess()) {
                        throw new CompletionException(failure(reply.getException()));
                    }
                    return null;
                });
    }

    private static Exception failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        if (cause instanceof NotLeaderException
                || cause instanceof LeaderNotReadyException
                || cause instanceof LeaderSteppingDownException
                || cause instanceof ServerNotReadyException) {
            return new NotActiveException("not done here: " + cause, cause);
        }
        if (cause instanceof ReconfigurationInProgressException) {
            return new GroupChangeException(
                    "another change of the controllers' group is under way: try again later",
                    cause);
        }
        if (cause instanceof ReconfigurationTimeoutException) {
            return new GroupChangeException(
                    "the new controller does not answer at its Raft address, or does not catch up:"
                            + " nothing was changed",
                    cause);
        }
        if (cause instanceof TransferLeadershipException) {
            return new GroupChangeException(
                    "the controller that was to lead did not come to lead, or another one did; try"
                            + " again: "
                            + cause.getMessage(),
                    cause);
        }
        return new GroupChangeException(String.valueOf(cause.getMessage()), cause);
    }
}
