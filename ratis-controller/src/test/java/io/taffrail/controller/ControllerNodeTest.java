// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.AllocateProducerIdsRequest;
import io.taffrail.api.internal.v1.AlterPartitionRequest;
import io.taffrail.api.internal.v1.DescribeControllersRequest;
import io.taffrail.api.internal.v1.IsrMember;
import io.taffrail.api.internal.v1.MetadataServiceGrpc;
import io.taffrail.api.internal.v1.PartitionProposal;
import io.taffrail.api.internal.v1.RegisterBroker;
import io.taffrail.api.internal.v1.ReplicaFault;
import io.taffrail.api.internal.v1.ReportReplicaRequest;
import io.taffrail.api.internal.v1.WatchMetadataRequest;
import io.taffrail.api.internal.v1.WatchMetadataResponse;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.DeleteTopicRequest;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.QuorumRole;
import io.taffrail.controller.TestController.Session;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller as its brokers meet it: over gRPC, on a real Raft log. */
class ControllerNodeTest {
    @TempDir private Path folder;

    private static LogError error(Throwable thrown) {
        return StatusTranslator.fromException(thrown).orElseThrow().error();
    }

    private static PartitionEntry partition(TestController controller, String topic) {
        return controller.node.image().topic(topic).orElseThrow().partition(0).orElseThrow();
    }

    @Test
    void aTopicOutlivesTheControllerAndIsLedAgainInANewEpoch() throws Exception {
        String clusterId;
        long epoch;
        PartitionEntry before;
        try (TestController controller = new TestController(folder)) {
            clusterId = controller.node.clusterId();
            Session broker = controller.join(1, 0);
            epoch = broker.brokerEpoch();
            AdministerResponse created = controller.createTopic("orders", 3);
            assertThat(MetadataTranslator.toModels(created.getChangesList())).hasSize(4);
            before = partition(controller, "orders");
            assertThat(before.leader()).hasValue(1);
            assertThat(error(catchThrowable(() -> controller.createTopic("orders", 3))))
                    .isEqualTo(LogError.TOPIC_EXISTS);
        }
        try (TestController controller = new TestController(folder)) {
            assertThat(controller.node.clusterId()).isEqualTo(clusterId);
            assertThat(controller.node.activeControllerId()).hasValue(1);
            Session broker = controller.join(1, epoch);
            assertThat(broker.brokerEpoch()).isGreaterThan(epoch);
            PartitionEntry after = partition(controller, "orders");
            assertThat(after.leader()).hasValue(1);
            assertThat(after.leaderEpoch()).isGreaterThan(before.leaderEpoch());
        }
    }

    @Test
    void validateOnlyChangesNothing() throws Exception {
        try (TestController controller = new TestController(folder)) {
            controller.join(1, 0);
            CreateTopicRequest create =
                    CreateTopicRequest.newBuilder().setTopic("t").setValidateOnly(true).build();
            AdministerResponse response =
                    controller
                            .blocking()
                            .administer(
                                    AdministerRequest.newBuilder().setCreateTopic(create).build());
            assertThat(response.hasVersion()).isFalse();
            assertThat(response.getChangesList()).hasSize(2);
            assertThat(controller.node.image().topic("t")).isEmpty();
            AdministerRequest wrong =
                    AdministerRequest.newBuilder()
                            .setCreateTopic(create.toBuilder().putConfigs("colour", "blue"))
                            .build();
            Throwable refused = catchThrowable(() -> controller.blocking().administer(wrong));
            assertThat(error(refused)).isEqualTo(LogError.INVALID_CONFIG);
            assertThat(StatusTranslator.fromException(refused).orElseThrow().field())
                    .contains("configs[colour]");
        }
    }

    @Test
    void anUnknownTopicIsSaidToBeSo() throws Exception {
        try (TestController controller = new TestController(folder)) {
            for (String id : new String[] {"", "no id", new java.util.UUID(1, 1).toString()}) {
                AdministerRequest delete =
                        AdministerRequest.newBuilder()
                                .setDeleteTopic(
                                        DeleteTopicRequest.newBuilder()
                                                .setTopic("t")
                                                .setTopicId(id))
                                .build();
                assertThat(error(catchThrowable(() -> controller.blocking().administer(delete))))
                        .isEqualTo(LogError.UNKNOWN_TOPIC);
            }
        }
    }

    @Test
    void aLeadersProposalAndAReplicasReportAreDecided() throws Exception {
        try (TestController controller = new TestController(folder)) {
            Session broker = controller.join(1, 0);
            controller.createTopic("t", 1);
            PartitionEntry partition = partition(controller, "t");
            PartitionProposal proposal =
                    PartitionProposal.newBuilder()
                            .setTopicId(TopicIdTranslator.toProto(partition.topicId()))
                            .setLeaderEpoch(partition.leaderEpoch())
                            .setPartitionEpoch(partition.partitionEpoch())
                            .addIsr(
                                    IsrMember.newBuilder()
                                            .setBrokerId(1)
                                            .setBrokerEpoch(broker.brokerEpoch()))
                            .build();
            AlterPartitionRequest alter =
                    AlterPartitionRequest.newBuilder()
                            .setBrokerId(1)
                            .setBrokerEpoch(broker.brokerEpoch())
                            .addProposals(proposal)
                            .build();
            assertThat(
                            controller
                                    .blocking()
                                    .alterPartition(alter)
                                    .getResults(0)
                                    .getPartitionEpoch())
                    .isEqualTo(partition.partitionEpoch() + 1);
            ReportReplicaRequest report =
                    ReportReplicaRequest.newBuilder()
                            .setTopicId(TopicIdTranslator.toProto(partition.topicId()))
                            .setLeaderEpoch(partition.leaderEpoch())
                            .setBrokerId(1)
                            .setBrokerEpoch(broker.brokerEpoch())
                            .setFault(ReplicaFault.REPLICA_FAULT_CORRUPT)
                            .build();
            assertThat(controller.blocking().reportReplica(report).getMayDrop()).isFalse();
            assertThat(
                            error(
                                    catchThrowable(
                                            () ->
                                                    controller
                                                            .blocking()
                                                            .reportReplica(
                                                                    report.toBuilder()
                                                                            .setBrokerEpoch(0)
                                                                            .build()))))
                    .isEqualTo(LogError.STALE_EPOCH);
        }
    }

    @Test
    void producerIdsComeInBlocks() throws Exception {
        try (TestController controller = new TestController(folder)) {
            var ask = AllocateProducerIdsRequest.getDefaultInstance();
            assertThat(controller.blocking().allocateProducerIds(ask).getFirstProducerId())
                    .isEqualTo(1);
            assertThat(controller.blocking().allocateProducerIds(ask).getFirstProducerId())
                    .isEqualTo(1001);
        }
    }

    @Test
    void theQuorumAndTheGaugesAreShown() throws Exception {
        try (TestController controller = new TestController(folder)) {
            controller.join(1, 0);
            controller.createTopic("t", 2);
            DescribeQuorumResponse quorum =
                    controller
                            .blocking()
                            .describeControllers(DescribeControllersRequest.getDefaultInstance())
                            .getQuorum();
            assertThat(quorum.getLeaderId()).isEqualTo(1);
            assertThat(quorum.getPeers(0).getRole()).isEqualTo(QuorumRole.QUORUM_ROLE_LEADER);
            assertThat(quorum.getPeers(0).getRaftAddress()).contains("127.0.0.1:");
            assertThat(quorum.getPeers(0).getRaftAddress()).doesNotEndWith(":0");
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            controller.node.registerMetrics(registry);
            assertThat(registry.get("taffrail.controller.active").gauge().value()).isEqualTo(1);
            assertThat(registry.get("taffrail.controller.partitions").gauge().value()).isEqualTo(2);
            assertThat(registry.get("taffrail.controller.brokers").gauge().value()).isEqualTo(1);
        }
    }

    @Test
    void aBrokerThatIsGoneIsFencedAndANewProcessOfItEndsTheOldSession() throws Exception {
        try (TestController controller = new TestController(folder)) {
            Session first = controller.join(1, 0);
            Session second = controller.join(1, first.brokerEpoch());
            assertThat(first.end.get(TestController.DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .hasMessageContaining("ABORTED");
            second.leave();
            TestController.await(
                    () -> controller.node.image().broker(1).filter(BrokerEntry::fenced).isPresent(),
                    "the broker is fenced");
        }
    }

    /** It may have given up the newer stream, which came late, and live on in the older one. */
    @Test
    void aProcessThatOpensAnotherSessionIsNotTurnedAway() throws Exception {
        try (TestController controller = new TestController(folder)) {
            RegisterBroker registration = TestController.registration(1);
            Session first = controller.open(registration);
            long epoch = first.answer().getBrokerEpoch();
            Session second = controller.open(registration);
            assertThat(second.answer().getBrokerEpoch()).isEqualTo(epoch);
            assertThat(first.end.get(TestController.DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .hasMessageContaining("UNAVAILABLE");
        }
    }

    @Test
    void aBrokerLeavesInGoodOrder() throws Exception {
        try (TestController controller = new TestController(folder)) {
            Session broker = controller.join(1, 0);
            controller.createTopic("t", 1);
            var leaving = broker.ready().toBuilder().setShuttingDown(true).build();
            TestController.await(() -> mayStop(broker, leaving), "the broker may stop");
            assertThat(partition(controller, "t").leader()).isEmpty();
            assertThat(partition(controller, "t").elr()).containsExactly(1);
        }
    }

    private static boolean mayStop(
            Session broker, io.taffrail.api.internal.v1.Heartbeat heartbeat) {
        try {
            return broker.beat(heartbeat).getMayStop();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBrokerOfAnotherClusterIsRefusedForGood() throws Exception {
        try (TestController controller = new TestController(folder)) {
            Session stranger =
                    controller.open(
                            TestController.registration(1).toBuilder()
                                    .setClusterId("another")
                                    .build());
            assertThat(stranger.end.get(TestController.DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .hasMessageContaining("FAILED_PRECONDITION")
                    .hasMessageContaining("another");
        }
    }

    @Test
    void theFeedGivesAnImageThenEveryDeltaInOrder() throws Exception {
        try (TestController controller = new TestController(folder)) {
            controller.join(1, 0);
            controller.createTopic("before", 2);
            Iterator<WatchMetadataResponse> feed = watch(controller);
            Follower follower = new Follower();
            follower.follow(feed, controller.node.image().version());
            assertThat(follower.images).isEqualTo(1);
            for (int i = 0; i < 20; i++) {
                controller.createTopic("t" + i, 1 + i * 60);
            }
            follower.follow(feed, controller.node.image().version());
            assertThat(follower.images).as("deltas only").isEqualTo(1);
            assertThat(follower.image).isEqualTo(controller.node.image().at(follower.version));
            WatchMetadataResponse idle = feed.next();
            assertThat(idle.getClusterId()).isEqualTo(controller.node.clusterId());
            assertThat(MetadataTranslator.toModel(idle.getVersion()).isAtLeast(follower.version))
                    .isTrue();
        }
    }

    private static Iterator<WatchMetadataResponse> watch(TestController controller) {
        return MetadataServiceGrpc.newBlockingStub(controller.channel)
                .withDeadlineAfter(TestController.DEADLINE_SECONDS, TimeUnit.SECONDS)
                .watchMetadata(WatchMetadataRequest.getDefaultInstance());
    }

    @Test
    void aWatcherOfAnotherClusterIsRefusedAndOneFromTheFutureWaitsInVain() throws Exception {
        try (TestController controller = new TestController(folder)) {
            var stub =
                    MetadataServiceGrpc.newBlockingStub(controller.channel)
                            .withDeadlineAfter(TestController.DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThatThrownBy(
                            () ->
                                    stub.watchMetadata(
                                                    WatchMetadataRequest.newBuilder()
                                                            .setClusterId("another")
                                                            .build())
                                            .next())
                    .hasMessageContaining("FAILED_PRECONDITION");
            assertThatThrownBy(
                            () ->
                                    stub.watchMetadata(
                                                    WatchMetadataRequest.newBuilder()
                                                            .setApplied(
                                                                    MetadataTranslator.toProto(
                                                                            new MetadataVersion(
                                                                                    99, 99)))
                                                            .build())
                                            .next())
                    .hasMessageContaining("UNAVAILABLE");
        }
    }

    /** Applies the feed as a broker does. */
    private static final class Follower {
        MetadataImage image = MetadataImage.EMPTY;
        MetadataVersion version = MetadataVersion.NONE;
        int images;

        void follow(Iterator<WatchMetadataResponse> feed, MetadataVersion upTo) {
            while (!version.isAtLeast(upTo)) {
                take(feed.next());
            }
        }

        private void take(WatchMetadataResponse response) {
            MetadataVersion next = MetadataTranslator.toModel(response.getVersion());
            assertThat(next.isAtLeast(version)).isTrue();
            boolean last = true;
            switch (response.getKindCase()) {
                case IMAGE -> {
                    if (response.getImage().getSequence() == 0) {
                        image = MetadataImage.EMPTY;
                    }
                    apply(response.getImage().getChangesList());
                    last = response.getImage().getLast();
                    images += last ? 1 : 0;
                }
                case DELTA -> {
                    apply(response.getDelta().getChangesList());
                    last = response.getDelta().getLast();
                }
                case KIND_NOT_SET -> {}
            }
            if (last) {
                version = next;
                image = image.at(next);
            }
        }

        private void apply(java.util.List<io.taffrail.api.internal.v1.MetadataChange> changes) {
            for (MetadataChange change : MetadataTranslator.toModels(changes)) {
                image = image.apply(change);
            }
        }
    }
}
