// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import io.taffrail.api.v1.BrokerDescription;
import io.taffrail.api.v1.BrokerState;
import io.taffrail.api.v1.BrokerSummary;
import io.taffrail.api.v1.ClusterHealth;
import io.taffrail.api.v1.DescribeBrokerRequest;
import io.taffrail.api.v1.DescribeClusterRequest;
import io.taffrail.api.v1.DescribeClusterResponse;
import io.taffrail.api.v1.DescribeQuorumRequest;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.DirectoryDescription;
import io.taffrail.api.v1.DirectoryState;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange.BrokerChanged;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClusterQueriesTest {
    private static final TopicId ORDERS = SampleCluster.topicId("orders");

    private ApiFixture api;
    private AdminServiceBlockingStub admin;

    @BeforeEach
    void start() throws Exception {
        api = new ApiFixture(image());
        admin = AdminServiceGrpc.newBlockingStub(api.channel());
    }

    /** Two whole partitions, one without a leader, and one that is moved and lacks replicas. */
    private static MetadataImage image() {
        PartitionEntry moving =
                new PartitionEntry(
                        ORDERS,
                        3,
                        List.of(
                                SampleCluster.replica(1, ReplicaFault.NONE),
                                SampleCluster.replica(2, ReplicaFault.CORRUPT)),
                        OptionalInt.of(1),
                        0,
                        0,
                        List.of(1),
                        List.of(),
                        List.of(),
                        2,
                        false,
                        List.of(2),
                        List.of());
        return SampleCluster.after(
                SampleCluster.withTopic(SampleCluster.withBrokers(1, 2, 3), "orders", 2, 1, 2),
                new PartitionChanged(
                        SampleCluster.partition(ORDERS, 2, 0, OptionalInt.empty(), 1, 2)),
                new PartitionChanged(moving),
                new BrokerChanged(SampleCluster.broker(2).withFenced(true)),
                new BrokerChanged(SampleCluster.broker(3).withShuttingDown(true)));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theClusterIsDescribedWithItsHealthInFigures() {
        DescribeClusterResponse cluster =
                admin.describeCluster(DescribeClusterRequest.getDefaultInstance());

        assertThat(cluster.getClusterId()).isEqualTo("the-cluster");
        assertThat(cluster.getVersion().getIndex()).isEqualTo(api.view.image().version().index());
        assertThat(cluster.getActiveControllerId()).isEqualTo(1);
        assertThat(cluster.getControllerIdsList()).containsExactly(1, 3);
        assertThat(cluster.getFeatureLevel()).isEqualTo(1);
        assertThat(cluster.getMaxFeatureLevel()).as("what all support").isEqualTo(3);
        assertThat(cluster.getBrokersList())
                .extracting(BrokerSummary::getState)
                .containsExactly(
                        BrokerState.BROKER_STATE_ACTIVE,
                        BrokerState.BROKER_STATE_FENCED,
                        BrokerState.BROKER_STATE_SHUTTING_DOWN);
        assertThat(cluster.getBrokers(0).getAddress()).isEqualTo("10.0.0.1:9650");
        assertThat(cluster.getBrokers(0).getRack()).isEqualTo("rack-1");
        assertThat(cluster.getHealth())
                .isEqualTo(
                        ClusterHealth.newBuilder()
                                .setTopicCount(1)
                                .setPartitionCount(4)
                                .setLeaderlessPartitionCount(1)
                                .setUnderMinIsrPartitionCount(1)
                                .setUnderReplicatedPartitionCount(1)
                                .setReassigningPartitionCount(1)
                                .setFaultyReplicaCount(1)
                                .build());
    }

    @Test
    void withoutAControllerNoneIsNamed() {
        api.view.setControllerId(OptionalInt.empty());

        assertThat(
                        admin.describeCluster(DescribeClusterRequest.getDefaultInstance())
                                .hasActiveControllerId())
                .isFalse();
    }

    @Test
    void theQuorumIsDescribedByItsLeader() {
        DescribeQuorumResponse quorum = DescribeQuorumResponse.newBuilder().setTerm(7).build();
        api.controller.willDescribe(CompletableFuture.completedFuture(quorum));

        assertThat(admin.describeQuorum(DescribeQuorumRequest.getDefaultInstance()))
                .isEqualTo(quorum);
    }

    @Test
    void aQuorumWithoutALeaderIsLeaderUnknown() {
        api.controller.willDescribe(
                CompletableFuture.failedFuture(
                        StatusTranslator.toException(
                                LogFailure.of(LogError.NOT_CONTROLLER, "none found"))));

        assertThat(
                        Failures.of(
                                        () ->
                                                admin.describeQuorum(
                                                        DescribeQuorumRequest.getDefaultInstance()))
                                .error())
                .isEqualTo(LogError.LEADER_UNKNOWN);
    }

    @Test
    void thisBrokerIsDescribedWithTheFiguresOfItsDisks() {
        BrokerDescription broker = describe(1);

        assertThat(broker.getSummary().getBrokerEpoch()).isEqualTo(101);
        assertThat(broker.getEndpointsList()).hasSize(1);
        assertThat(broker.getReplicaCount()).isEqualTo(4);
        assertThat(broker.getLeaderCount()).isEqualTo(3);
        assertThat(broker.getController()).isTrue();
        assertThat(broker.getRegisterTime().getSeconds()).isEqualTo(1_700_000_000L);
        assertThat(broker.getRegisterTime().getNanos()).isEqualTo(123_000_000);
        assertThat(broker.hasAppliedVersion()).isTrue();
        assertThat(broker.getDirectoriesList())
                .containsExactly(
                        DirectoryDescription.newBuilder()
                                .setDirectoryId(SampleCluster.directoryId(1).toString())
                                .setPath("data")
                                .setState(DirectoryState.DIRECTORY_STATE_READ_ONLY)
                                .setTotalBytes(1_000)
                                .setFreeBytes(300)
                                .setReserveBytes(400)
                                .setLogBytes(500)
                                .setReplicaCount(4)
                                .build());
    }

    @Test
    void anotherBrokerIsDescribedAsFarAsItIsKnownHere() {
        BrokerDescription broker = describe(2);

        assertThat(broker.getController()).isFalse();
        assertThat(broker.hasAppliedVersion()).isFalse();
        assertThat(broker.getDirectories(0).getReplicaCount()).isEqualTo(4);
        assertThat(broker.getDirectories(0).getState())
                .isEqualTo(DirectoryState.DIRECTORY_STATE_UNSPECIFIED);
    }

    @Test
    void aBrokerThatIsNotRegisteredIsNotFound() {
        assertThat(Failures.status(() -> describe(9)).getStatus().getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    private BrokerDescription describe(int brokerId) {
        return admin.describeBroker(
                        DescribeBrokerRequest.newBuilder().setBrokerId(brokerId).build())
                .getBroker();
    }
}
