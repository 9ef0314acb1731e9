// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.membership.Formation;
import io.taffrail.controller.membership.GroupPeer;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.ratis.RaftDirectory;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.DirectoryId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc.RaftServerProtocolServiceImplBase;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of three that leads with the only other one that is there: the test. */
class StuckFollowerTest {
    private static final PeerName SELF = new PeerName(1, TestSettings.DIRECTORY);
    private static final PeerName FOLLOWER = new PeerName(2, new DirectoryId(new UUID(2, 2)));
    private static final PeerName AWAY = new PeerName(3, new DirectoryId(new UUID(3, 3)));
    private static final HostPort NOWHERE = new HostPort("127.0.0.1", 1);

    @TempDir private Path folder;

    /** In contact all the time; may begin to swallow the entries of a term, and of no other. */
    private static final class Follower extends RaftServerProtocolServiceImplBase {
        private long held = -1;
        private long term;
        private long stuckIn = -1;

        synchronized void beStuck() {
            stuckIn = term;
        }

        @Override
        public void requestVote(
                RequestVoteRequestProto request, StreamObserver<RequestVoteReplyProto> reply) {
            reply.onNext(
                    RequestVoteReplyProto.newBuilder()
                            .setServerReply(success(request.getServerRequest()))
                            .setTerm(request.getCandidateTerm())
                            .build());
            reply.onCompleted();
        }

        @Override
        public StreamObserver<AppendEntriesRequestProto> appendEntries(
                StreamObserver<AppendEntriesReplyProto> replies) {
            return new StreamObserver<>() {
                @Override
                public void onNext(AppendEntriesRequestProto request) {
                    if (takes(request)) {
                        replies.onNext(reply(request));
                    }
                }

                @Override
                public void onError(Throwable t) {
                    // the leader went; it comes again on another stream
                }

                @Override
                public void onCompleted() {
                    replies.onCompleted();
                }
            };
        }

        private synchronized boolean takes(AppendEntriesRequestProto request) {
            term = request.getLeaderTerm();
            if (request.getEntriesCount() > 0) {
                if (term == stuckIn) {
                    return false;
                }
                held = request.getEntries(request.getEntriesCount() - 1).getIndex();
            }
            return true;
        }

        private synchronized AppendEntriesReplyProto reply(AppendEntriesRequestProto request) {
            return AppendEntriesReplyProto.newBuilder()
                    .setServerReply(success(request.getServerRequest()))
                    .setTerm(request.getLeaderTerm())
                    .setResult(AppendResult.SUCCESS)
                    .setMatchIndex(held)
                    .setNextIndex(held + 1)
                    .setFollowerCommit(Math.min(held, request.getLeaderCommit()))
                    .setIsHearbeat(request.getEntriesCount() == 0)
                    .build();
        }

        private static RaftRpcReplyProto success(RaftRpcRequestProto request) {
            return RaftRpcReplyProto.newBuilder()
                    .setRequestorId(request.getRequestorId())
                    .setReplyId(request.getReplyId())
                    .setRaftGroupId(request.getRaftGroupId())
                    .setCallId(request.getCallId())
                    .setSuccess(true)
                    .build();
        }
    }

    /** P6: else it would lead without a majority, and keep all others from it by its heartbeats. */
    @Test
    void aLeaderThatCommitsNothingStepsDown() throws Exception {
        Follower follower = new Follower();
        Server server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(follower)
                        .build()
                        .start();
        CompletableFuture<String> death = new CompletableFuture<>();
        ControllerSettings settings = TestSettings.alone(folder);
        form(settings, new HostPort("127.0.0.1", server.getPort()));
        try (ControllerNode node =
                ControllerNode.start(settings, TestSettings.environment(death::complete))) {
            TestQuorum.await(node::active, "it leads with the follower");
            follower.beStuck();
            TestQuorum.await(() -> !node.active(), "it cannot prove its majority any more");
            TestQuorum.await(node::active, "it leads again, in another term");
            assertThat(death).isNotDone();
        } finally {
            server.shutdownNow();
        }
    }

    private static void form(ControllerSettings settings, HostPort follower) throws Exception {
        RaftDirectory directory = new RaftDirectory(settings.raftDirectory(), SELF);
        directory.open();
        directory.store(
                Formation.of(
                        SELF,
                        List.of(
                                new GroupPeer(SELF, new HostPort("127.0.0.1", 0), NOWHERE),
                                new GroupPeer(FOLLOWER, follower, NOWHERE),
                                new GroupPeer(AWAY, NOWHERE, NOWHERE))));
    }
}
