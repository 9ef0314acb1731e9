// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.DirectoryIdTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.ReplicaServiceGrpc;
import io.taffrail.api.internal.v1.ReplicaStreamOpen;
import io.taffrail.api.internal.v1.ReplicateRequest;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.api.internal.v1.SubscriptionAck;
import io.taffrail.api.internal.v1.SubscriptionClose;
import io.taffrail.api.internal.v1.SubscriptionOpen;
import io.taffrail.api.internal.v1.TrafficClass;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.broker.testing.FakeClusterView;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.DirectoryId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A follower as the wire has it, which does only what a test says. */
final class RawFollower implements StreamObserver<ReplicateResponse> {
    private final StreamObserver<ReplicateRequest> requests;
    private final List<ReplicateResponse> responses = new CopyOnWriteArrayList<>();
    private volatile Optional<Status> end = Optional.empty();

    private RawFollower(Channel channel) {
        requests = ReplicaServiceGrpc.newStub(channel).replicate(this);
    }

    static RawFollower connect(Channel channel, ReplicaStreamOpen open, long creditBytes) {
        RawFollower follower = new RawFollower(channel);
        follower.requests.onNext(
                ReplicateRequest.newBuilder().setStream(open).setCreditBytes(creditBytes).build());
        return follower;
    }

    static RawFollower connect(Channel channel, long creditBytes) {
        return connect(channel, stream().build(), creditBytes);
    }

    static ReplicaStreamOpen.Builder stream() {
        return ReplicaStreamOpen.newBuilder()
                .setClusterId(FakeClusterView.CLUSTER_ID)
                .setBrokerId(ReplicationFixture.FOLLOWER)
                .setBrokerEpoch(ReplicationFixture.FOLLOWER_EPOCH)
                .setLeaderId(ReplicationFixture.LEADER)
                .setTrafficClass(TrafficClass.TRAFFIC_CLASS_IN_SYNC);
    }

    void open(int slot, long subscription, TopicPartition partition, long logEndOffset) {
        SubscriptionOpen.Builder open =
                SubscriptionOpen.newBuilder()
                        .setSlot(slot)
                        .setSubscription(subscription)
                        .setTopicId(TopicIdTranslator.toProto(partition.topicId()))
                        .setPartition(partition.partition())
                        .setLeaderEpoch(ReplicationFixture.EPOCH)
                        .setDirectoryId(DirectoryIdTranslator.toProto(DirectoryId.random()))
                        .setLogEndOffset(logEndOffset);
        if (logEndOffset > 0) {
            open.setLastEpoch(ReplicationFixture.EPOCH);
        }
        send(ReplicateRequest.newBuilder().addOpens(open));
    }

    void acknowledge(int slot, long subscription, long offset) {
        send(
                ReplicateRequest.newBuilder()
                        .addAcks(
                                SubscriptionAck.newBuilder()
                                        .setSlot(slot)
                                        .setSubscription(subscription)
                                        .setAcknowledgedOffset(offset)));
    }

    void close(SubscriptionClose.Builder close) {
        send(ReplicateRequest.newBuilder().addCloses(close));
    }

    void grant(long bytes) {
        send(ReplicateRequest.newBuilder().setCreditBytes(bytes));
    }

    void send(ReplicateRequest.Builder request) {
        requests.onNext(request.build());
    }

    void halfClose() {
        requests.onCompleted();
    }

    /** All that came, in order. */
    List<ReplicateResponse> responses() {
        return responses;
    }

    /** Those with entries. */
    List<ReplicateResponse> runs() {
        return responses.stream().filter(response -> response.getBatchesCount() > 0).toList();
    }

    /** Values of all records that came, in bytes. */
    long recordBytes() {
        return runs().stream()
                .flatMap(run -> run.getBatchesList().stream())
                .map(RecordBatch::getRecords)
                .mapToLong(com.google.protobuf.ByteString::size)
                .sum();
    }

    /** How the call ended. */
    Optional<Status> end() {
        return end;
    }

    @Override
    public void onNext(ReplicateResponse response) {
        responses.add(response);
    }

    @Override
    public void onError(Throwable thrown) {
        end = Optional.of(Status.fromThrowable(thrown));
    }

    @Override
    public void onCompleted() {
        end = Optional.of(Status.OK);
    }
}
