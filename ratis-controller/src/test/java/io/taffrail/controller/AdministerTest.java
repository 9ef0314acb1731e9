// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.PartitionName;
import io.taffrail.api.internal.v1.PlanAssignmentsRequest;
import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.ElectLeadersRequest;
import io.taffrail.api.v1.PartitionReassignment;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.api.v1.ReplaceDiskRequest;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.api.v1.UnregisterBrokerRequest;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes at run time as brokers ask for them, over gRPC: one broker lives, another is known. */
@Timeout(120)
class AdministerTest {
    @TempDir Path folder;

    private TestController controller;

    @BeforeEach
    void start() throws Exception {
        controller = new TestController(folder);
        controller.join(1, 0);
        controller.createTopic("t", 1);
        controller.open(TestController.registration(2)).answer();
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    private AdministerResponse ask(AdministerRequest.Builder request) {
        return controller.blocking().administer(request.build());
    }

    private Status.Code refusal(AdministerRequest.Builder request) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> ask(request))
                .getStatus()
                .getCode();
    }

    private static PartitionReassignment move(String topic, Integer... brokerIds) {
        return PartitionReassignment.newBuilder()
                .setPartition(PartitionRef.newBuilder().setTopic(topic))
                .setTarget(
                        ReplicaAssignment.newBuilder()
                                .addAllBrokerIds(java.util.List.of(brokerIds)))
                .build();
    }

    @Test
    void eachPartitionOfAMoveHasItsOwnOutcome() {
        ReassignPartitionsRequest moves =
                ReassignPartitionsRequest.newBuilder()
                        .addReassignments(move("none", 1))
                        .addReassignments(move("t", 2))
                        .setValidateOnly(true)
                        .build();
        AdministerResponse foreseen =
                ask(AdministerRequest.newBuilder().setReassignPartitions(moves));
        assertThat(foreseen.hasVersion()).isFalse();
        assertThat(foreseen.getOutcomes(1).getState().getAddingBrokerIdsList()).containsExactly(2);
        assertThat(controller.node.image().topic("t").orElseThrow().partitions().get(0).moving())
                .isFalse();

        AdministerResponse made =
                ask(
                        AdministerRequest.newBuilder()
                                .setReassignPartitions(
                                        moves.toBuilder()
                                                .setValidateOnly(false)
                                                .setThrottleBytesPerSecond(5)));
        assertThat(made.hasVersion()).isTrue();
        assertThat(made.getOutcomes(0).hasError()).isTrue();
        assertThat(made.getOutcomes(0).hasState()).isFalse();
        assertThat(made.getOutcomes(1).getPartition().getTopicId().size()).isEqualTo(16);
        assertThat(controller.node.image().topic("t").orElseThrow().partitions().get(0).moving())
                .isTrue();
        assertThat(controller.node.image().moveThrottle()).hasValue(5);
    }

    @Test
    void aDecommissionTellsWhatCannotMove() {
        AdministerResponse response =
                ask(
                        AdministerRequest.newBuilder()
                                .setDecommissionBroker(
                                        DecommissionBrokerRequest.newBuilder().setBrokerId(1)));
        assertThat(response.getStuckPartitionsList())
                .extracting(PartitionName::getTopic)
                .containsExactly("t");
        assertThat(controller.node.image().broker(1).orElseThrow().decommissioning()).isTrue();
    }

    @Test
    void electionsAndPlansAreAnswered() {
        AdministerResponse response =
                ask(
                        AdministerRequest.newBuilder()
                                .setElectLeaders(
                                        ElectLeadersRequest.newBuilder()
                                                .addPartitions(
                                                        PartitionRef.newBuilder().setTopic("t"))
                                                .setLeaderId(2)));
        assertThat(response.getOutcomes(0).hasError()).isTrue();
        assertThat(
                        controller
                                .blocking()
                                .planAssignments(
                                        PlanAssignmentsRequest.newBuilder()
                                                .setPlan(
                                                        PlanReassignmentRequest.newBuilder()
                                                                .addTopics("t"))
                                                .build())
                                .getPlan()
                                .getReassignmentsCount())
                .as("one broker takes replicas: all is even")
                .isZero();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThat(
                        refusal(
                                AdministerRequest.newBuilder()
                                        .setUnregisterBroker(
                                                UnregisterBrokerRequest.newBuilder()
                                                        .setBrokerId(1))))
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(
                        refusal(
                                AdministerRequest.newBuilder()
                                        .setReplaceDisk(
                                                ReplaceDiskRequest.newBuilder().setNodeId(9))))
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(
                        refusal(
                                AdministerRequest.newBuilder()
                                        .setReassignPartitions(
                                                ReassignPartitionsRequest.newBuilder()
                                                        .addReassignments(
                                                                PartitionReassignment
                                                                        .getDefaultInstance()))))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void theDiskOfABrokerThatIsStartingIsNotGivenUp() throws Exception {
        AdministerRequest.Builder giveUp =
                AdministerRequest.newBuilder()
                        .setReplaceDisk(ReplaceDiskRequest.newBuilder().setNodeId(3));
        TestController.Session starting = controller.open(TestController.registration(3));
        assertThat(starting.answer().getFenced()).isTrue();

        assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> ask(giveUp)))
                .hasMessageContaining("broker 3 is starting");

        starting.leave();
        starting.end.get(TestController.DEADLINE_SECONDS, TimeUnit.SECONDS);
        TestController.await(() -> isDone(giveUp), "it is gone, and its disk may be given up");
    }

    private boolean isDone(AdministerRequest.Builder request) {
        try {
            return ask(request).hasVersion();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }
}
