// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.rpc.Status;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.PartitionName;
import io.taffrail.api.internal.v1.PartitionOutcome;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import io.taffrail.api.v1.CancelReassignment;
import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.DecommissionBrokerResponse;
import io.taffrail.api.v1.DescribeTopicRequest;
import io.taffrail.api.v1.ElectLeadersRequest;
import io.taffrail.api.v1.ElectLeadersResult;
import io.taffrail.api.v1.ElectionType;
import io.taffrail.api.v1.ListReassignmentsRequest;
import io.taffrail.api.v1.ListReassignmentsResponse;
import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.api.v1.PartitionReassignment;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.api.v1.ReassignmentResult;
import io.taffrail.api.v1.ReassignmentStatus;
import io.taffrail.api.v1.ReplaceDiskRequest;
import io.taffrail.api.v1.ReplaceDiskResponse;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.api.v1.UnregisterBrokerRequest;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataChange.BrokerChanged;
import io.taffrail.model.cluster.MetadataChange.MoveThrottleChanged;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ReassignmentMethodsTest {
    private static final TopicId TOPIC = SampleCluster.topicId("t");

    private ApiFixture api;
    private ApiFixture other;
    private AdminServiceBlockingStub admin;

    @BeforeEach
    void start() throws Exception {
        other = new ApiFixture(image(new HostPort("127.0.0.1", 1)));
        api = new ApiFixture(image(other.server.address()));
        admin = AdminServiceGrpc.newBlockingStub(api.channel());
    }

    @AfterEach
    void stop() {
        api.close();
        other.close();
    }

    /** Topic t: partition 0 is led here and moves from 2 to 3, 1 by broker 2 with none moving. */
    private static MetadataImage image(HostPort brokerTwo) {
        MetadataImage image = SampleCluster.withBrokers(1, 2, 3);
        image = SampleCluster.withTopic(image, "t", 3, 1, 2);
        return SampleCluster.after(
                image,
                new BrokerChanged(at(SampleCluster.broker(2), brokerTwo)),
                new PartitionChanged(moving(0, 1)),
                new PartitionChanged(SampleCluster.partition(TOPIC, 1, 4, OptionalInt.of(2), 2, 1)),
                new PartitionChanged(moving(2, 2)));
    }

    private static BrokerEntry at(BrokerEntry broker, HostPort address) {
        return new BrokerEntry(
                broker.brokerId(),
                broker.brokerEpoch(),
                broker.incarnationId(),
                List.of(new Endpoint(Endpoint.Kind.API, address)),
                broker.rack(),
                broker.directories(),
                1,
                1,
                "test",
                0,
                false,
                false,
                false,
                true);
    }

    private static PartitionEntry moving(int partition, int leader) {
        return new PartitionEntry(
                TOPIC,
                partition,
                IntStream.of(1, 3, 2)
                        .mapToObj(id -> SampleCluster.replica(id, ReplicaFault.NONE))
                        .toList(),
                OptionalInt.of(leader),
                5,
                7,
                List.of(1, 2),
                List.of(),
                List.of(),
                2,
                false,
                List.of(3),
                List.of(2));
    }

    /** 1,000 bytes, of which broker 3 has 400. */
    private static FakeLeader leader(int partition) {
        return new FakeLeader(
                        new TopicPartition("t", TOPIC, partition),
                        10,
                        90,
                        CompletableFuture.completedFuture(null))
                .with(1_000, new LeaderState.Standing(3, 40, 2_000_000), 600);
    }

    private static PartitionRef ref(int partition) {
        return PartitionRef.newBuilder().setTopic("t").setPartition(partition).build();
    }

    private static PartitionOutcome outcome(PartitionEntry state) {
        return PartitionOutcome.newBuilder()
                .setPartition(
                        PartitionName.newBuilder()
                                .setTopic("t")
                                .setTopicId(TopicIdTranslator.toProto(TOPIC))
                                .setPartition(state.partition()))
                .setState(MetadataTranslator.toProto(new PartitionChanged(state)).getPartition())
                .setLeaderChanged(true)
                .build();
    }

    private static PartitionOutcome refused(int partition) {
        return PartitionOutcome.newBuilder()
                .setPartition(PartitionName.newBuilder().setTopic("t").setPartition(partition))
                .setError(Status.newBuilder().setCode(9).setMessage("no"))
                .build();
    }

    @Test
    void movesAreToldAsTheControllerMadeThem() {
        api.controller.willAnswer(
                AdministerResponse.newBuilder()
                        .addOutcomes(outcome(moving(0, 1)))
                        .addOutcomes(refused(9))
                        .build());
        ReassignPartitionsRequest request =
                ReassignPartitionsRequest.newBuilder()
                        .setThrottleBytesPerSecond(77)
                        .addReassignments(
                                PartitionReassignment.newBuilder()
                                        .setPartition(ref(0))
                                        .setTarget(
                                                ReplicaAssignment.newBuilder()
                                                        .addBrokerIds(1)
                                                        .addBrokerIds(3)))
                        .addReassignments(
                                PartitionReassignment.newBuilder()
                                        .setPartition(ref(9))
                                        .setCancel(CancelReassignment.getDefaultInstance()))
                        .build();
        List<ReassignmentResult> results = admin.reassignPartitions(request).getResultsList();
        assertThat(api.controller.asked.remove().getReassignPartitions()).isEqualTo(request);
        ReassignmentStatus begun = results.get(0).getStatus();
        assertThat(begun.getPartition().getTopicId()).isEqualTo(TOPIC.toString());
        assertThat(begun.getBrokerIdsList()).containsExactly(1, 3, 2);
        assertThat(begun.getAddingBrokerIdsList()).containsExactly(3);
        assertThat(begun.getRemovingBrokerIdsList()).containsExactly(2);
        assertThat(begun.getThrottleBytesPerSecond()).isEqualTo(77);
        assertThat(results.get(1).getError().getMessage()).isEqualTo("no");
        assertThat(results.get(1).hasStatus()).isFalse();
    }

    @Test
    void aThrottleAloneMayBeGivenButNothingAtAllMayNot() throws Exception {
        admin.reassignPartitions(
                ReassignPartitionsRequest.newBuilder().setThrottleBytesPerSecond(0).build());
        assertThat(
                        api.controller
                                .asked
                                .remove()
                                .getReassignPartitions()
                                .hasThrottleBytesPerSecond())
                .isTrue();
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.reassignPartitions(
                                                ReassignPartitionsRequest.getDefaultInstance())))
                .isEqualTo("reassignments");
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.reassignPartitions(
                                                ReassignPartitionsRequest.newBuilder()
                                                        .addReassignments(
                                                                PartitionReassignment.newBuilder()
                                                                        .setPartition(ref(0)))
                                                        .build())))
                .isEqualTo("reassignments[0].target");
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.decommissionBroker(
                                                DecommissionBrokerRequest.newBuilder()
                                                        .setThrottleBytesPerSecond(-1)
                                                        .build())))
                .isEqualTo("throttle_bytes_per_second");
    }

    @Test
    void progressIsAskedOfEachLeader() {
        api.partitions.put("t", 0, new PartitionLookup.Here(leader(0)));
        other.partitions.put("t", 2, new PartitionLookup.Here(leader(2)));
        api.view.publish(
                SampleCluster.after(
                        api.view.image(), new MoveThrottleChanged(OptionalLong.of(500))));
        ListReassignmentsRequest request =
                ListReassignmentsRequest.newBuilder().setPageSize(1).build();
        ListReassignmentsResponse first = admin.listReassignments(request);
        ListReassignmentsResponse second =
                admin.listReassignments(
                        request.toBuilder().setPageToken(first.getNextPageToken()).build());
        assertThat(second.getNextPageToken()).isEmpty();
        for (ListReassignmentsResponse page : List.of(first, second)) {
            ReassignmentStatus move = page.getReassignments(0);
            assertThat(move.getCopiedBytes()).isEqualTo(400);
            assertThat(move.getRemainingBytes()).isEqualTo(600);
            assertThat(move.getThrottleBytesPerSecond()).isEqualTo(500);
        }
        assertThat(second.getReassignments(0).getPartition().getPartition()).isEqualTo(2);
    }

    @Test
    void aLeaderThatDoesNotAnswerLeavesItsFiguresOut() {
        api.partitions.put("t", 0, new PartitionLookup.Here(leader(0)));
        ListReassignmentsResponse moves =
                admin.listReassignments(
                        ListReassignmentsRequest.newBuilder().setTopic("t").build());
        assertThat(moves.getReassignmentsList())
                .extracting(ReassignmentStatus::hasRemainingBytes)
                .containsExactly(true, false);
        assertThat(moves.getReassignments(0).hasThrottleBytesPerSecond()).isFalse();
    }

    @Test
    void aTopicIsDescribedWithTheLagOfEachReplica() {
        api.partitions.put("t", 0, new PartitionLookup.Here(leader(0)));
        other.partitions.put("t", 2, new PartitionLookup.Here(leader(2)));
        List<PartitionDescription> partitions =
                admin.describeTopic(
                                DescribeTopicRequest.newBuilder()
                                        .setTopic("t")
                                        .setIncludeProgress(true)
                                        .build())
                        .getTopic()
                        .getPartitionsList();
        PartitionDescription here = partitions.get(0);
        assertThat(here.getOffsets().getHighWatermark()).isEqualTo(90);
        assertThat(here.getReplicas(0).getProgress().getSizeBytes()).isEqualTo(1_000);
        assertThat(here.getReplicas(1).getProgress().getAcknowledgedOffset()).isEqualTo(40);
        assertThat(here.getReplicas(1).getProgress().getLagRecords())
                .isEqualTo(here.getOffsets().getLogEndOffset() - 40);
        assertThat(here.getReplicas(1).getProgress().getLagTime())
                .isEqualTo(Duration.newBuilder().setNanos(2_000_000).build());
        assertThat(here.getReplicas(2).hasProgress()).isFalse();
        assertThat(partitions.get(1).hasOffsets()).isFalse();
        assertThat(partitions.get(2).getReplicas(2).getProgress().getSizeBytes())
                .as("its leader is another broker")
                .isEqualTo(1_000);
    }

    @Test
    void electionsTellWhoLeads() throws Exception {
        api.controller.willAnswer(
                AdministerResponse.newBuilder()
                        .addOutcomes(outcome(moving(0, 1)))
                        .addOutcomes(refused(9))
                        .build());
        List<ElectLeadersResult> results =
                admin.electLeaders(
                                ElectLeadersRequest.newBuilder()
                                        .addPartitions(ref(0))
                                        .addPartitions(ref(9))
                                        .build())
                        .getResultsList();
        assertThat(results.get(0).getLeaderId()).isEqualTo(1);
        assertThat(results.get(0).getLeaderEpoch()).isEqualTo(5);
        assertThat(results.get(0).getChanged()).isTrue();
        assertThat(results.get(1).hasError()).isTrue();
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.electLeaders(
                                                ElectLeadersRequest.newBuilder()
                                                        .setElectionType(
                                                                ElectionType.ELECTION_TYPE_UNCLEAN)
                                                        .build())))
                .isEqualTo("partitions");
    }

    @Test
    void aDecommissionTellsWhatIsLeftAndWhatIsStuck() {
        api.partitions.put("t", 0, new PartitionLookup.Here(leader(0)));
        other.partitions.put("t", 1, new PartitionLookup.Here(leader(1)));
        other.partitions.put("t", 2, new PartitionLookup.Here(leader(2)));
        api.controller.willAnswer(
                AdministerResponse.newBuilder()
                        .addStuckPartitions(
                                PartitionName.newBuilder().setTopic("t").setPartition(1))
                        .build());
        DecommissionBrokerResponse status =
                admin.decommissionBroker(
                        DecommissionBrokerRequest.newBuilder().setBrokerId(2).build());
        assertThat(status.getBroker().getDecommissioning()).isTrue();
        assertThat(status.getRemainingReplicaCount()).isEqualTo(3);
        assertThat(status.getRemainingBytes())
                .as("600 of two that move, all of the one that does not yet")
                .isEqualTo(600 + 600 + 1_000);
        assertThat(status.getStuckPartitionsList())
                .extracting(PartitionRef::getPartition)
                .containsExactly(1);
    }

    @Test
    void aLostDiskIsToldWithWhatHasNoLeaderNow() {
        PartitionEntry lost =
                new PartitionEntry(
                        TOPIC,
                        1,
                        List.of(SampleCluster.replica(3, ReplicaFault.LOST)),
                        OptionalInt.empty(),
                        5,
                        9,
                        List.of(),
                        List.of(),
                        List.of(SampleCluster.replica(3, ReplicaFault.LOST)),
                        1,
                        false,
                        List.of(),
                        List.of());
        MetadataChange change = new PartitionChanged(lost);
        api.controller.willMake(change);
        ReplaceDiskResponse response =
                admin.replaceDisk(ReplaceDiskRequest.newBuilder().setNodeId(3).build());
        assertThat(response.getBroker().getBrokerId()).isEqualTo(3);
        assertThat(response.getReplicaCount()).isEqualTo(1);
        assertThat(response.getLeaderlessPartitionsList())
                .containsExactly(ref(1).toBuilder().setTopicId(TOPIC.toString()).build());
    }

    @Test
    void plansAndFarewellsGoToTheController() {
        assertThat(
                        admin.planReassignment(
                                        PlanReassignmentRequest.newBuilder().addTopics("t").build())
                                .getMovedReplicaCount())
                .isEqualTo(1);
        admin.unregisterBroker(UnregisterBrokerRequest.newBuilder().setBrokerId(3).build());
        assertThat(api.controller.asked.remove().getUnregisterBroker().getBrokerId()).isEqualTo(3);
    }
}
