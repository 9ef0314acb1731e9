// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import com.google.protobuf.Duration;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.*;
import io.taffrail.model.LogError;

/** The admin plane of a {@link FakeCluster}: broker 0, which is the controller too. */
final class FakeAdminService extends FakeReassignments {
    private final FakeCluster cluster;

    FakeAdminService(FakeCluster cluster) {
        super(cluster);
        this.cluster = cluster;
    }

    @Override
    public void createTopic(CreateTopicRequest request, StreamObserver<CreateTopicResponse> out) {
        answer(
                out,
                () -> {
                    if (cluster.topics.containsKey(request.getTopic())) {
                        throw FakeCluster.failure(
                                LogError.TOPIC_EXISTS,
                                "there is a topic '" + request.getTopic() + "' already");
                    }
                    FakeTopic topic =
                            new FakeTopic(
                                    cluster,
                                    request.getTopic(),
                                    Math.max(1, request.getPartitionCount()),
                                    request.getConfigsMap());
                    cluster.topics.put(request.getTopic(), topic);
                    cluster.changed();
                    return CreateTopicResponse.newBuilder()
                            .setTopic(topic.description(false))
                            .build();
                });
    }

    @Override
    public void deleteTopic(DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> out) {
        answer(
                out,
                () -> {
                    FakeTopic topic = cluster.topic(request.getTopic());
                    cluster.topics.remove(request.getTopic());
                    cluster.changed();
                    return DeleteTopicResponse.newBuilder().setTopicId(topic.topicId()).build();
                });
    }

    @Override
    public void listTopics(ListTopicsRequest request, StreamObserver<ListTopicsResponse> out) {
        answer(
                out,
                () -> {
                    ListTopicsResponse.Builder response = ListTopicsResponse.newBuilder();
                    cluster.topics.values().forEach(topic -> response.addTopics(topic.summary()));
                    return response.build();
                });
    }

    @Override
    public void describeTopic(
            DescribeTopicRequest request, StreamObserver<DescribeTopicResponse> out) {
        answer(
                out,
                () ->
                        DescribeTopicResponse.newBuilder()
                                .setTopic(
                                        cluster.topic(request.getTopic())
                                                .description(request.getIncludeProgress()))
                                .build());
    }

    @Override
    public void alterTopicConfig(
            AlterTopicConfigRequest request, StreamObserver<AlterTopicConfigResponse> out) {
        answer(
                out,
                () -> {
                    FakeTopic topic = cluster.topic(request.getTopic());
                    topic.configs().putAll(request.getConfigsMap());
                    request.getUnsetConfigsList().forEach(topic.configs()::remove);
                    return AlterTopicConfigResponse.newBuilder()
                            .addAllConfigs(topic.configEntries())
                            .build();
                });
    }

    @Override
    public void createPartitions(
            CreatePartitionsRequest request, StreamObserver<CreatePartitionsResponse> out) {
        answer(
                out,
                () -> {
                    FakeTopic topic = cluster.topic(request.getTopic());
                    int before = topic.logs().size();
                    if (request.getPartitionCount() < before) {
                        throw FakeCluster.failure(
                                LogError.INVALID_CONFIG,
                                "it has " + before + " partitions, and they cannot be taken away");
                    }
                    topic.growTo(request.getPartitionCount());
                    cluster.changed();
                    CreatePartitionsResponse.Builder response =
                            CreatePartitionsResponse.newBuilder();
                    for (int partition = before; partition < topic.logs().size(); partition++) {
                        response.addPartitions(topic.partition(partition, false));
                    }
                    return response.build();
                });
    }

    @Override
    public void deleteRecords(
            DeleteRecordsRequest request, StreamObserver<DeleteRecordsResponse> out) {
        answer(
                out,
                () -> {
                    DeleteRecordsResponse.Builder response = DeleteRecordsResponse.newBuilder();
                    request.getTargetsList()
                            .forEach(target -> response.addResults(deleteRecords(target)));
                    return response.build();
                });
    }

    private DeleteRecordsResult deleteRecords(DeleteRecordsTarget target) {
        DeleteRecordsResult.Builder result =
                DeleteRecordsResult.newBuilder().setPartition(target.getPartition());
        try {
            FakeLog log =
                    cluster.log(
                            target.getPartition().getTopic(), target.getPartition().getPartition());
            long before = target.hasBeforeOffset() ? target.getBeforeOffset() : log.endOffset();
            if (before > log.endOffset()) {
                throw FakeCluster.failure(
                        LogError.OFFSET_OUT_OF_RANGE,
                        "offset " + before + " is above the high watermark " + log.endOffset());
            }
            log.deleteBefore(before);
            result.setLogStartOffset(log.startOffset());
        } catch (StatusRuntimeException e) {
            StatusTranslator.fromException(e)
                    .ifPresent(failure -> result.setError(StatusTranslator.toStatus(failure)));
        }
        return result.build();
    }

    @Override
    public void describeCluster(
            DescribeClusterRequest request, StreamObserver<DescribeClusterResponse> out) {
        answer(
                out,
                () ->
                        DescribeClusterResponse.newBuilder()
                                .setClusterId(FakeCluster.CLUSTER_ID)
                                .setVersion(MetadataVersion.newBuilder().setTerm(1).setIndex(20))
                                .setActiveControllerId(0)
                                .addControllerIds(0)
                                .setFeatureLevel(1)
                                .setMaxFeatureLevel(1)
                                .addAllBrokers(
                                        cluster.brokers().stream().map(this::broker).toList())
                                .setHealth(cluster.health())
                                .build());
    }

    private BrokerSummary broker(FakeCluster.FakeBroker broker) {
        return BrokerSummary.newBuilder()
                .setBrokerId(broker.id())
                .setBrokerEpoch(4)
                .setAddress(broker.address())
                .setState(
                        broker.up()
                                ? BrokerState.BROKER_STATE_ACTIVE
                                : BrokerState.BROKER_STATE_FENCED)
                .build();
    }

    @Override
    public void describeQuorum(
            DescribeQuorumRequest request, StreamObserver<DescribeQuorumResponse> out) {
        answer(
                out,
                () ->
                        DescribeQuorumResponse.newBuilder()
                                .setTerm(1)
                                .setLastLogIndex(20)
                                .setCommitIndex(20)
                                .setAppliedIndex(20)
                                .addPeers(
                                        QuorumPeer.newBuilder()
                                                .setDirectoryId(FakeCluster.CLUSTER_ID)
                                                .setRole(QuorumRole.QUORUM_ROLE_LEADER)
                                                .setRaftAddress("127.0.0.1:9651")
                                                .setApiAddress(cluster.bootstrap())
                                                .setMatchIndex(20))
                                .addPeers(
                                        QuorumPeer.newBuilder()
                                                .setNodeId(1)
                                                .setDirectoryId(FakeCluster.CLUSTER_ID)
                                                .setRole(QuorumRole.QUORUM_ROLE_FOLLOWER)
                                                .setRaftAddress("127.0.0.1:9751")
                                                .setApiAddress("127.0.0.1:9750")
                                                .setMatchIndex(18)
                                                .setLagEntries(2)
                                                .setSinceLastContact(
                                                        Duration.newBuilder().setNanos(40_000_000)))
                                .addPeers(
                                        QuorumPeer.newBuilder()
                                                .setNodeId(2)
                                                .setDirectoryId(FakeCluster.LOST_DIRECTORY)
                                                .setRole(QuorumRole.QUORUM_ROLE_FOLLOWER)
                                                .setRaftAddress("127.0.0.1:9851")
                                                .setApiAddress("127.0.0.1:9850")
                                                .setSinceLastContact(
                                                        Duration.newBuilder().setSeconds(60)))
                                .build());
    }

    @Override
    public void describeBroker(
            DescribeBrokerRequest request, StreamObserver<DescribeBrokerResponse> out) {
        answer(
                out,
                () -> {
                    if (request.getBrokerId() != 0) {
                        throw io.grpc.Status.NOT_FOUND
                                .withDescription(
                                        "broker " + request.getBrokerId() + " is not registered")
                                .asRuntimeException();
                    }
                    return DescribeBrokerResponse.newBuilder().setBroker(brokerWhole()).build();
                });
    }

    private BrokerDescription brokerWhole() {
        return BrokerDescription.newBuilder()
                .setSummary(broker(cluster.leader()))
                .addEndpoints(
                        BrokerEndpoint.newBuilder()
                                .setKind(EndpointKind.ENDPOINT_KIND_API)
                                .setAddress(cluster.bootstrap()))
                .addDirectories(
                        DirectoryDescription.newBuilder()
                                .setDirectoryId(FakeCluster.CLUSTER_ID)
                                .setPath("/var/lib/taffrail")
                                .setState(DirectoryState.DIRECTORY_STATE_ONLINE)
                                .setTotalBytes(100_000_000_000L)
                                .setFreeBytes(60_000_000_000L)
                                .setReserveBytes(1_000_000_000L)
                                .setLogBytes(5_000_000_000L)
                                .setReplicaCount(3))
                .setMinFeatureLevel(1)
                .setMaxFeatureLevel(1)
                .setSoftwareVersion("0.1.0")
                .setRegisterTime(
                        com.google.protobuf.Timestamp.newBuilder().setSeconds(1_700_000_000))
                .setController(true)
                .setReplicaCount(3)
                .setLeaderCount(3)
                .setAppliedVersion(MetadataVersion.newBuilder().setTerm(1).setIndex(20))
                .build();
    }

    @Override
    public void watchCluster(
            WatchClusterRequest request, StreamObserver<WatchClusterResponse> out) {
        synchronized (cluster) {
            WatchClusterResponse.Builder all =
                    WatchClusterResponse.newBuilder()
                            .setVersion(MetadataVersion.newBuilder().setTerm(1).setIndex(20))
                            .setInitialComplete(true)
                            .addEvents(
                                    ClusterEvent.newBuilder().setBroker(broker(cluster.leader())));
            cluster.topics
                    .values()
                    .forEach(
                            topic ->
                                    all.addEvents(
                                            ClusterEvent.newBuilder().setTopic(topic.summary())));
            out.onNext(all.build());
        }
    }
}
