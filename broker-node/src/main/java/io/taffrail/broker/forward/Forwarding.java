// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.DeleteRecordsRequest;
import io.taffrail.api.v1.DeleteRecordsResponse;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListOffsetsResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.broker.peer.PeerChannels.Use;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.model.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The ways to other brokers, for what they lead. Safe for any thread. */
public final class Forwarding {
    private final PeerChannels peers;
    private final LeadershipWatch leaderships;
    private final Executor executor;

    /**
     * Ways over the connections of {@code peers}.
     *
     * @param timer its tasks are short
     * @param executor takes answers of single requests
     */
    public Forwarding(
            PeerChannels peers,
            ClusterView cluster,
            ScheduledExecutorService timer,
            Executor executor,
            Clock clock) {
        this.peers = peers;
        this.leaderships = new LeadershipWatch(cluster, timer, clock);
        this.executor = executor;
    }

    /**
     * Links for one stream of Produce.
     *
     * @param turns runs one task at a time, each by a thread that need not wait for others
     */
    public ProduceLinks produceLinks(Executor turns) {
        return new ProduceLinks(peers, turns);
    }

    /** Links for one stream of Fetch; {@code turns} as for {@link #produceLinks}. */
    public FetchLinks fetchLinks(Executor turns) {
        return new FetchLinks(peers, turns);
    }

    /**
     * Calls {@code listener} once the metadata says that the leadership is over and the leader had
     * time to say so itself: NOT_LEADER with the next leader, LEADER_UNKNOWN, or UNKNOWN_TOPIC. On
     * the timer's thread; it must not block.
     */
    public Subscription whenOver(Elsewhere leader, Consumer<LogFailure> listener) {
        return leaderships.whenOver(leader, listener);
    }

    /**
     * Appends one batch. The outcome never fails.
     *
     * @param open acks and timeout
     */
    public CompletableFuture<ForwardOutcome<ForwardedAck>> append(
            RecordBatch batch,
            OptionalLong expectedBaseOffset,
            ProduceOpen open,
            Elsewhere leader) {
        ProduceRequest.Builder request =
                ProduceRequest.newBuilder()
                        .setOpen(
                                open.toBuilder()
                                        .setTopic(leader.partition().topic())
                                        .setPartition(leader.partition().partition())
                                        .setTopicId(leader.partition().topicId().toString())
                                        .setLeaderEpoch(leader.leaderEpoch())
                                        .setRouting(Routing.ROUTING_DIRECT_ONLY))
                        .addBatches(batch);
        expectedBaseOffset.ifPresent(request::setExpectedBaseOffset);
        CallOptions options = within(Duration.ofMillis(open.getTimeoutMs()).multipliedBy(2));
        return ForwardedAppend.send(
                channel(leader).newCall(LogServiceGrpc.getProduceMethod(), options),
                request.build(),
                leader);
    }

    /** Reads once. The outcome never fails; to cancel it cancels the read. */
    public CompletableFuture<ForwardOutcome<ReadResponse>> read(
            ReadRequest asked, Duration atMost, Elsewhere leader) {
        ReadRequest request =
                asked.toBuilder()
                        .setTopicId(leader.partition().topicId().toString())
                        .setLeaderEpoch(leader.leaderEpoch())
                        .setRouting(Routing.ROUTING_DIRECT_ONLY)
                        .build();
        return outcome(
                ClientCalls.futureUnaryCall(
                        channel(leader).newCall(LogServiceGrpc.getReadMethod(), within(atMost)),
                        request),
                leader);
    }

    /** Asks for offsets in partitions that one broker leads. */
    public CompletableFuture<ForwardOutcome<ListOffsetsResponse>> listOffsets(
            ListOffsetsRequest request, Duration atMost, Elsewhere leader) {
        return outcome(
                ClientCalls.futureUnaryCall(
                        channel(leader)
                                .newCall(LogServiceGrpc.getListOffsetsMethod(), within(atMost)),
                        request.toBuilder().setRouting(Routing.ROUTING_DIRECT_ONLY).build()),
                leader);
    }

    /** Deletes records of partitions that one broker leads. */
    public CompletableFuture<ForwardOutcome<DeleteRecordsResponse>> deleteRecords(
            DeleteRecordsRequest request, Duration atMost, Elsewhere leader) {
        return outcome(
                ClientCalls.futureUnaryCall(
                        Hop.marking(channel(leader))
                                .newCall(AdminServiceGrpc.getDeleteRecordsMethod(), within(atMost)),
                        request),
                leader);
    }

    private Channel channel(Elsewhere leader) {
        return peers.channel(leader.leaderAddress(), Use.FORWARD);
    }

    private CallOptions within(Duration atMost) {
        return CallOptions.DEFAULT
                .withExecutor(executor)
                .withDeadlineAfter(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static <T> CompletableFuture<ForwardOutcome<T>> outcome(
            ListenableFuture<T> answer, Elsewhere leader) {
        CompletableFuture<ForwardOutcome<T>> outcome = new CompletableFuture<>();
        Futures.addCallback(
                answer,
                new FutureCallback<T>() {
                    @Override
                    public void onSuccess(T response) {
                        outcome.complete(new ForwardOutcome.Answered<>(response));
                    }

                    @Override
                    public void onFailure(Throwable thrown) {
                        outcome.complete(
                                new ForwardOutcome.Failed<>(LeaderAnswers.ended(thrown, leader)));
                    }
                },
                Runnable::run);
        var unused =
                outcome.whenComplete(
                        (done, thrown) -> {
                            if (outcome.isCancelled()) {
                                answer.cancel(true); // without "true" the call goes on
                            }
                        });
        return outcome;
    }
}
