// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.TestSettings;
import io.taffrail.controller.membership.Formation;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.cluster.DirectoryId;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.MetadataProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member as its leader sees it, which is the test. */
class FollowerTest {
    private static final long DEADLINE_SECONDS = 60;
    private static final long TERM = 1;
    private static final int ROUNDS = 50;

    private static final UUID CLUSTER = new UUID(7, 7);
    private static final PeerName LEADER = new PeerName(2, new DirectoryId(new UUID(2, 2)));
    private static final PeerName FOLLOWER = new PeerName(1, TestSettings.DIRECTORY);

    @TempDir private Path folder;

    private final BlockingQueue<CompletableFuture<AppendEntriesReplyProto>> replies =
            new LinkedBlockingQueue<>();

    /** A leader that counts what is not there commits what the next leader does not know. */
    @Test
    void acknowledgesOnlyWhatItHolds() throws Exception {
        try (RaftMember member = follower()) {
            ManagedChannel channel =
                    NettyChannelBuilder.forTarget(member.members().get(0).raftAddress())
                            .usePlaintext()
                            .build();
            try {
                StreamObserver<AppendEntriesRequestProto> stream =
                        RaftServerProtocolServiceGrpc.newStub(channel).appendEntries(replies());
                long next = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    stream.onNext(entries(next, 1));
                    stream.onNext(entries(next, 3)); // sent again, with what has come since
                    reply();
                    long acknowledged = reply().getMatchIndex();
                    stream.onNext(after(acknowledged).build());
                    assertThat(reply().getResult())
                            .as("what follows on entry %d, which it acknowledged", acknowledged)
                            .isEqualTo(AppendResult.SUCCESS);
                    next = acknowledged + 1;
                }
            } finally {
                channel.shutdownNow();
            }
        }
    }

    /** One that knows nobody yet, and takes what it gets. */
    private RaftMember follower() throws Exception {
        ControllerSettings settings = TestSettings.alone(folder);
        Formation formation = Formation.toJoin(CLUSTER, FOLLOWER);
        RaftDirectory directory = new RaftDirectory(settings.raftDirectory(), FOLLOWER);
        directory.open();
        directory.store(formation);
        return new RaftStart(settings, directory, new RecordedEvents()).start(formation);
    }

    private StreamObserver<AppendEntriesReplyProto> replies() {
        return new StreamObserver<>() {
            @Override
            public void onNext(AppendEntriesReplyProto reply) {
                replies.add(CompletableFuture.completedFuture(reply));
            }

            @Override
            public void onError(Throwable t) {
                replies.add(CompletableFuture.failedFuture(t));
            }

            @Override
            public void onCompleted() {}
        };
    }

    private AppendEntriesReplyProto reply() throws Exception {
        CompletableFuture<AppendEntriesReplyProto> reply =
                replies.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(reply).as("an answer").isNotNull();
        return reply.get();
    }

    private static AppendEntriesRequestProto entries(long first, int count) {
        AppendEntriesRequestProto.Builder request = after(first - 1);
        LongStream.range(first, first + count)
                .mapToObj(
                        index ->
                                LogEntryProto.newBuilder()
                                        .setTerm(TERM)
                                        .setIndex(index)
                                        .setMetadataEntry(MetadataProto.getDefaultInstance()))
                .forEach(request::addEntries);
        return request.build();
    }

    private static AppendEntriesRequestProto.Builder after(long previous) {
        AppendEntriesRequestProto.Builder request =
                AppendEntriesRequestProto.newBuilder()
                        .setServerRequest(
                                RaftRpcRequestProto.newBuilder()
                                        .setRequestorId(id(LEADER))
                                        .setReplyId(id(FOLLOWER))
                                        .setRaftGroupId(
                                                RaftGroupIdProto.newBuilder()
                                                        .setId(
                                                                RaftGroupId.valueOf(CLUSTER)
                                                                        .toByteString())))
                        .setLeaderTerm(TERM)
                        .setInitializing(true);
        if (previous >= 0) {
            request.setPreviousLog(TermIndexProto.newBuilder().setTerm(TERM).setIndex(previous));
        }
        return request;
    }

    private static ByteString id(PeerName name) {
        return ByteString.copyFromUtf8(name.toString());
    }
}
