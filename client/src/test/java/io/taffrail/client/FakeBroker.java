// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListOffsetsResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.api.v1.WatchTopicsRequest;
import io.taffrail.api.v1.WatchTopicsResponse;
import io.taffrail.model.LogError;
import io.taffrail.testsupport.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One broker over real TCP. A test tells it what to do wrong, in {@link Misdeeds}. */
final class FakeBroker extends LogServiceGrpc.LogServiceImplBase implements AutoCloseable {
    private final int id;
    private final FakeCluster cluster;
    private final int port;
    private final Misdeeds misdeeds = new Misdeeds();
    private final Set<FakeProduceStream> produceStreams = ConcurrentHashMap.newKeySet();
    private final Set<FakeFetchStream> fetchStreams = ConcurrentHashMap.newKeySet();
    private final Map<StreamObserver<WatchTopicsResponse>, List<String>> watches =
            new ConcurrentHashMap<>();
    final AtomicInteger produceStreamsOpened = new AtomicInteger();
    final AtomicInteger fetchStreamsOpened = new AtomicInteger();
    final ConcurrentLinkedQueue<FetchRequest> fetchRequests = new ConcurrentLinkedQueue<>();
    private Server server;

    FakeBroker(int id, FakeCluster cluster) {
        this.id = id;
        this.cluster = cluster;
        this.port = FreePorts.next().port();
        this.server = start();
    }

    private Server start() {
        try {
            return NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .maxInboundMessageSize(64 << 20)
                    .permitKeepAliveTime(1, TimeUnit.SECONDS)
                    .addService(this)
                    .addService(new AdminServiceGrpc.AdminServiceImplBase() {})
                    .intercept(new Hanging(misdeeds))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int id() {
        return id;
    }

    String address() {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
    }

    Misdeeds misdeeds() {
        return misdeeds;
    }

    FakeCluster cluster() {
        return cluster;
    }

    /** Ends every stream of records, as a crash does. */
    void breakStreams() {
        produceStreams.forEach(FakeProduceStream::breakOff);
        fetchStreams.forEach(FakeFetchStream::breakOff);
    }

    void stop() {
        server.shutdownNow();
        produceStreams.clear();
        fetchStreams.clear();
        watches.clear();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
            FreePorts.awaitFree(port);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hangs as a process does that is stopped: its connections stay, and nothing is heard. */
    void hang() {
        misdeeds.hangs = true;
    }

    void startAgain() {
        server = start();
    }

    /** Whether this broker leads a partition, else why not. */
    boolean leads(String topic, int partition) {
        FakeCluster.Topic known = cluster.topic(topic);
        return known != null
                && partition < known.partitions.size()
                && known.leaders.get(partition) == id;
    }

    LogFailure notHere(String topic, int partition) {
        FakeCluster.Topic known = cluster.topic(topic);
        if (known == null || partition >= known.partitions.size()) {
            return LogFailure.of(LogError.UNKNOWN_TOPIC, "no such partition");
        }
        int leader = known.leaders.get(partition);
        return LogFailure.of(LogError.NOT_LEADER, "broker " + leader + " leads")
                .with("leader_id", leader)
                .with("leader_address", cluster.broker(leader).address())
                .with("leader_epoch", known.epochs.get(partition));
    }

    Opened opened(String topic, int partition) {
        FakeCluster.Topic known = cluster.topic(topic);
        return Opened.newBuilder()
                .setTopicId(known.id.toString())
                .setClusterId("fake")
                .setLeaderId(id)
                .setLeaderAddress(address())
                .setLeaderEpoch(known.epochs.get(partition))
                .setPartitionCount(known.partitions.size())
                .setMaxBatchBytes(known.partitions.get(partition).maxBatchBytes())
                .setMaxInFlight(32)
                .setIdleIntervalMs(10_000)
                .setFeatureLevel(1)
                .build();
    }

    @Override
    public StreamObserver<ProduceRequest> produce(StreamObserver<ProduceResponse> answers) {
        produceStreamsOpened.incrementAndGet();
        FakeProduceStream stream = new FakeProduceStream(this, answers);
        produceStreams.add(stream);
        return stream;
    }

    void ended(FakeProduceStream stream) {
        produceStreams.remove(stream);
    }

    @Override
    public StreamObserver<FetchRequest> fetch(StreamObserver<FetchResponse> answers) {
        fetchStreamsOpened.incrementAndGet();
        FakeFetchStream stream = new FakeFetchStream(this, answers);
        fetchStreams.add(stream);
        return stream;
    }

    void ended(FakeFetchStream stream) {
        fetchStreams.remove(stream);
    }

    /** To be called when a partition grew. */
    void pumpReaders() {
        fetchStreams.forEach(FakeFetchStream::pump);
    }

    @Override
    public void initProducer(
            InitProducerRequest request, StreamObserver<InitProducerResponse> answer) {
        InitProducerResponse.Builder identity = InitProducerResponse.newBuilder();
        if (request.hasProducerId()) {
            identity.setProducerId(request.getProducerId());
            identity.setProducerEpoch(request.getProducerEpoch() + 1);
        } else {
            identity.setProducerId(cluster.producerIds.incrementAndGet());
        }
        answer.onNext(identity.build());
        answer.onCompleted();
    }

    @Override
    public void listOffsets(
            ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> answer) {
        ListOffsetsResponse.Builder found = ListOffsetsResponse.newBuilder();
        request.getQueriesList().forEach(query -> found.addResults(result(query)));
        answer.onNext(found.build());
        answer.onCompleted();
    }

    private OffsetResult.Builder result(OffsetQuery query) {
        OffsetResult.Builder result =
                OffsetResult.newBuilder()
                        .setTopic(query.getTopic())
                        .setPartition(query.getPartition());
        FakeCluster.Topic topic = cluster.topic(query.getTopic());
        if (topic == null) {
            return result.setError(
                    StatusTranslator.toStatus(notHere(query.getTopic(), query.getPartition())));
        }
        FakePartition partition = topic.partitions.get(query.getPartition());
        result.getPositionBuilder()
                .setOffset(
                        query.getAnchor() == Anchor.ANCHOR_EARLIEST
                                ? partition.logStartOffset()
                                : partition.endOffset());
        return result;
    }

    @Override
    public void watchTopics(
            WatchTopicsRequest request, StreamObserver<WatchTopicsResponse> answers) {
        watches.put(answers, List.copyOf(request.getTopicsList()));
        tell(answers);
    }

    void tellTopics() {
        watches.keySet().forEach(this::tell);
    }

    private void tell(StreamObserver<WatchTopicsResponse> answers) {
        List<String> names = watches.get(answers);
        if (names == null || misdeeds.tellsNoNews) {
            return;
        }
        synchronized (answers) {
            try {
                answers.onNext(cluster.metadata(names));
            } catch (RuntimeException e) {
                watches.remove(answers); // its client is gone
            }
        }
    }

    @Override
    public void close() {
        stop();
    }
}
