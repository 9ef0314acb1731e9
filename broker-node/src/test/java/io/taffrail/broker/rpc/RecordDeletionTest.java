// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import io.taffrail.api.v1.DeleteRecordsRequest;
import io.taffrail.api.v1.DeleteRecordsResult;
import io.taffrail.api.v1.DeleteRecordsTarget;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RecordDeletionTest {
    private static final String ID = SampleCluster.topicId("orders").toString();

    private ApiFixture api;
    private AdminServiceBlockingStub admin;
    private FakeLeader leader;

    @BeforeEach
    void start() throws Exception {
        api = new ApiFixture(SampleCluster.withTopic(SampleCluster.withBrokers(1), "orders", 3, 1));
        admin = AdminServiceGrpc.newBlockingStub(api.channel());
        leader = lead(0, CompletableFuture.completedFuture(null));
    }

    private FakeLeader lead(int partition, CompletableFuture<Void> followersHaveIt) {
        FakeLeader led = new FakeLeader(partition(partition), 10, 20, followersHaveIt);
        api.partitions.put("orders", partition, new PartitionLookup.Here(led));
        return led;
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static DeleteRecordsTarget target(int partition) {
        return DeleteRecordsTarget.newBuilder()
                .setPartition(PartitionRef.newBuilder().setTopic("orders").setPartition(partition))
                .build();
    }

    private static DeleteRecordsTarget target(int partition, long before) {
        return target(partition).toBuilder().setBeforeOffset(before).build();
    }

    private List<DeleteRecordsResult> delete(DeleteRecordsTarget... targets) {
        return admin.deleteRecords(
                        DeleteRecordsRequest.newBuilder().addAllTargets(List.of(targets)).build())
                .getResultsList();
    }

    private static LogFailure failure(DeleteRecordsResult result) {
        assertThat(result.hasLogStartOffset()).isFalse();
        return StatusTranslator.fromStatus(result.getError()).orElseThrow();
    }

    @Test
    void eachTargetIsAnsweredInOrderByItself() {
        api.partitions.put(
                "orders",
                1,
                new PartitionLookup.Elsewhere(
                        new TopicPartition("orders", SampleCluster.topicId("orders"), 1),
                        2,
                        new HostPort("broker-2.invalid", 9650),
                        5));

        List<DeleteRecordsResult> results = delete(target(2), target(0, 15), target(1));

        assertThat(failure(results.get(0)).error()).isEqualTo(LogError.UNKNOWN_TOPIC);
        assertThat(results.get(1).getLogStartOffset()).isEqualTo(15);
        assertThat(results.get(1).hasError()).isFalse();
        assertThat(results.get(1).getPartition().getTopicId()).isEqualTo(ID);
        assertThat(failure(results.get(2)).error()).isEqualTo(LogError.LEADER_UNKNOWN);
        assertThat(failure(results.get(2)).metadata()).containsEntry("leader_epoch", "5");
    }

    @Test
    void theLeaderDeletesWhatAnotherBrokerIsAskedFor() throws Exception {
        try (ApiFixture door = new ApiFixture(api.view.image())) {
            door.partitions.put("orders", 0, elsewhere(0));
            door.partitions.put("orders", 1, elsewhere(1));
            door.partitions.put(
                    "orders",
                    2,
                    new PartitionLookup.Here(
                            new FakeLeader(
                                    partition(2),
                                    10,
                                    20,
                                    CompletableFuture.completedFuture(null))));
            lead(1, CompletableFuture.completedFuture(null));
            admin = AdminServiceGrpc.newBlockingStub(door.channel());

            List<DeleteRecordsResult> results = delete(target(0, 15), target(2, 12), target(1, 11));

            assertThat(results.get(0).getLogStartOffset()).isEqualTo(15);
            assertThat(results.get(0).getPartition().getTopicId()).isEqualTo(ID);
            assertThat(leader.logStartOffset()).isEqualTo(15);
            assertThat(results.get(1).getLogStartOffset()).isEqualTo(12);
            assertThat(results.get(2).getLogStartOffset()).isEqualTo(11);
        }
    }

    /** A door whose metadata is wrong gets an answer; the request does not travel on. */
    @Test
    void whatWasPassedOnOnceIsNotPassedOnAgain() throws Exception {
        try (ApiFixture door = new ApiFixture(api.view.image())) {
            door.partitions.put("orders", 1, elsewhere(1));
            api.partitions.put(
                    "orders",
                    1,
                    new PartitionLookup.Elsewhere(
                            partition(1), 7, new HostPort("broker-7.invalid", 9650), 9));
            admin = AdminServiceGrpc.newBlockingStub(door.channel());

            LogFailure failure = failure(delete(target(1, 15)).get(0));

            assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
            assertThat(failure.metadata())
                    .isEqualTo(
                            Map.of(
                                    "leader_id", "7",
                                    "leader_address", "broker-7.invalid:9650",
                                    "leader_epoch", "9"));
        }
    }

    private PartitionLookup.Elsewhere elsewhere(int partition) {
        return new PartitionLookup.Elsewhere(
                partition(partition), ApiFixture.NODE_ID, api.server.address(), 5);
    }

    private static TopicPartition partition(int partition) {
        return new TopicPartition("orders", SampleCluster.topicId("orders"), partition);
    }

    @Test
    void withoutAnOffsetAllThatIsCommittedGoes() {
        assertThat(delete(target(0)).get(0).getLogStartOffset()).isEqualTo(20);
    }

    @Test
    void validatingForeseesTheAnswerAndDeletesNothing() {
        DeleteRecordsRequest.Builder request =
                DeleteRecordsRequest.newBuilder().setValidateOnly(true);
        List<DeleteRecordsResult> results =
                admin.deleteRecords(
                                request.addTargets(target(0))
                                        .addTargets(target(0, 5))
                                        .addTargets(target(0, 21))
                                        .build())
                        .getResultsList();

        assertThat(results.get(0).getLogStartOffset()).isEqualTo(20);
        assertThat(results.get(1).getLogStartOffset()).as("it never goes back").isEqualTo(10);
        assertThat(failure(results.get(2)).error()).isEqualTo(LogError.OFFSET_OUT_OF_RANGE);
        assertThat(failure(results.get(2)).metadata()).containsEntry("high_watermark", "20");
        assertThat(leader.logStartOffset()).isEqualTo(10);
    }

    @Test
    void followersThatAreLateFailTheirTargetBeforeTheClientGivesUp() {
        lead(1, new CompletableFuture<>());

        List<DeleteRecordsResult> results =
                admin.withDeadlineAfter(5, TimeUnit.SECONDS)
                        .deleteRecords(
                                DeleteRecordsRequest.newBuilder()
                                        .addTargets(target(1))
                                        .addTargets(target(0))
                                        .build())
                        .getResultsList();

        assertThat(failure(results.get(0)).error()).isEqualTo(LogError.NOT_COMMITTED_IN_TIME);
        assertThat(results.get(1).getLogStartOffset()).isEqualTo(20);
    }

    @Test
    void requestsThatBreakARuleNameTheField() throws Exception {
        assertThat(Failures.blamedField(this::delete)).isEqualTo("targets");
        DeleteRecordsTarget[] tooMany =
                Collections.nCopies(10_001, target(0)).toArray(new DeleteRecordsTarget[0]);
        assertThat(Failures.blamedField(() -> delete(tooMany))).isEqualTo("targets");
        assertThat(
                        Failures.blamedField(
                                () -> delete(target(0), DeleteRecordsTarget.getDefaultInstance())))
                .isEqualTo("targets[1].partition");
        assertThat(Failures.blamedField(() -> delete(target(0, -1))))
                .isEqualTo("targets[0].before_offset");
        assertThat(leader.logStartOffset()).isEqualTo(10);
    }
}
