// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.BrokerAddress;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListOffsetsResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.MetadataVersion;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.api.v1.WatchTopicsRequest;
import io.taffrail.api.v1.WatchTopicsResponse;
import java.util.List;
import java.util.Optional;

/** The data plane of a {@link FakeCluster}. */
final class FakeLogService extends LogServiceGrpc.LogServiceImplBase {
    private final FakeCluster cluster;
    private long producers;
    private long version;

    FakeLogService(FakeCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public StreamObserver<ProduceRequest> produce(StreamObserver<ProduceResponse> out) {
        return new FakeProduceStream(cluster, out);
    }

    @Override
    public StreamObserver<FetchRequest> fetch(StreamObserver<FetchResponse> out) {
        return new FakeFetchStream(cluster, out);
    }

    static Opened opened(FakeCluster cluster, String topic) {
        return Opened.newBuilder()
                .setTopicId(cluster.topic(topic).topicId())
                .setClusterId(FakeCluster.CLUSTER_ID)
                .setLeaderAddress(cluster.leader().address())
                .setLeaderEpoch(cluster.leaderEpoch())
                .setPartitionCount(cluster.topic(topic).logs().size())
                .setMaxBatchBytes(1 << 20)
                .setMaxInFlight(5)
                .setIdleIntervalMs(10_000)
                .setFeatureLevel(1)
                .build();
    }

    @Override
    public void initProducer(
            InitProducerRequest request, StreamObserver<InitProducerResponse> out) {
        synchronized (cluster) {
            producers++;
            out.onNext(
                    InitProducerResponse.newBuilder()
                            .setProducerId(
                                    request.hasProducerId() ? request.getProducerId() : producers)
                            .setProducerEpoch(
                                    request.hasProducerEpoch() ? request.getProducerEpoch() + 1 : 0)
                            .build());
            out.onCompleted();
        }
    }

    @Override
    public void listOffsets(ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> out) {
        synchronized (cluster) {
            ListOffsetsResponse.Builder response = ListOffsetsResponse.newBuilder();
            request.getQueriesList().forEach(query -> response.addResults(find(query)));
            out.onNext(response.build());
            out.onCompleted();
        }
    }

    private OffsetResult find(OffsetQuery query) {
        OffsetResult.Builder result =
                OffsetResult.newBuilder()
                        .setTopic(query.getTopic())
                        .setPartition(query.getPartition());
        try {
            FakeLog log = cluster.log(query.getTopic(), query.getPartition());
            result.setTopicId(cluster.topic(query.getTopic()).topicId());
            offset(query, log)
                    .ifPresent(
                            offset ->
                                    result.setPosition(
                                            Position.newBuilder()
                                                    .setOffset(offset)
                                                    .setLeaderEpoch(FakeLog.LEADER_EPOCH)));
        } catch (StatusRuntimeException e) {
            StatusTranslator.fromException(e)
                    .ifPresent(failure -> result.setError(StatusTranslator.toStatus(failure)));
        }
        return result.build();
    }

    private static Optional<Long> offset(OffsetQuery query, FakeLog log) {
        if (query.hasTimestampMs()) {
            return log.firstAt(query.getTimestampMs());
        }
        return Optional.of(
                query.getAnchor() == Anchor.ANCHOR_EARLIEST ? log.startOffset() : log.endOffset());
    }

    @Override
    public void watchTopics(WatchTopicsRequest request, StreamObserver<WatchTopicsResponse> out) {
        synchronized (cluster) {
            Runnable tell = () -> out.onNext(leaders(request));
            FakeStreams.onEnd(out, () -> cluster.onChange.remove(tell), cluster);
            cluster.onChange.add(tell);
            tell.run();
        }
    }

    private WatchTopicsResponse leaders(WatchTopicsRequest request) {
        version++;
        WatchTopicsResponse.Builder response =
                WatchTopicsResponse.newBuilder()
                        .setClusterId(FakeCluster.CLUSTER_ID)
                        .setVersion(MetadataVersion.newBuilder().setTerm(1).setIndex(version))
                        .addAllBrokers(brokers());
        for (String name : request.getTopicsList()) {
            FakeTopic topic = cluster.topics.get(name);
            if (topic == null) {
                response.addUnknownTopics(name);
            } else {
                response.addTopics(topic.leaders());
            }
        }
        return response.build();
    }

    private List<BrokerAddress> brokers() {
        return cluster.brokers().stream()
                .filter(FakeCluster.FakeBroker::up)
                .map(
                        broker ->
                                BrokerAddress.newBuilder()
                                        .setBrokerId(broker.id())
                                        .setAddress(broker.address())
                                        .build())
                .toList();
    }
}
