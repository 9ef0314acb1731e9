// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static io.taffrail.broker.produce.ProduceFixture.newRecord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.RecordPlace;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.broker.testing.TestImages;
import io.taffrail.logstore.LogConfig;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Partitioner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AppendTest {
    @TempDir Path directory;
    private ProduceFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ProduceFixture(directory);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private static AppendRequest.Builder to(NewRecord... records) {
        return AppendRequest.newBuilder().setTopic("orders").addAllRecords(List.of(records));
    }

    private static RecordPlace.Builder place(long offset) {
        return RecordPlace.newBuilder().setOffset(offset).setLeaderEpoch(1);
    }

    private AppendResponse append(AppendRequest.Builder request) {
        return fixture.stub().append(request.build());
    }

    private StatusRuntimeException refused(AppendRequest.Builder request) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> append(request));
    }

    private LogFailure failure(AppendRequest.Builder request) {
        return StatusTranslator.fromException(refused(request)).orElseThrow();
    }

    @Test
    void appendsToThePartitionThatIsNamed() throws Exception {
        FakePartitionLeader leader = fixture.lead(2);
        append(to(newRecord("a")).setPartition(2));
        AppendResponse response = append(to(newRecord("b"), newRecord("c")).setPartition(2));
        assertThat(response.getPlacesList())
                .containsExactly(
                        place(1).setPartition(2).build(), place(2).setPartition(2).build());
        assertThat(TestBatches.read(leader.log())).containsExactly("a", "b", "c");
        assertThat(fixture.observer.acknowledgedRecords).hasValue(3);
    }

    @Test
    void routesRecordsByKeyInTheirOrder() throws Exception {
        fixture.knowTopic(3);
        List<FakePartitionLeader> leaders =
                List.of(fixture.lead(0), fixture.lead(1), fixture.lead(2));
        List<List<String>> expected =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        AppendRequest.Builder request = to();
        for (int i = 0; i < 40; i++) {
            String key = "key" + i % 7;
            request.addRecords(newRecord(key, "v" + i));
            int partition = Partitioner.partitionOf(ByteString.copyFromUtf8(key).toByteArray(), 3);
            expected.get(partition).add("v" + i);
        }
        AppendResponse response = append(request);

        assertThat(response.getPlacesCount()).isEqualTo(40);
        for (int i = 0; i < 40; i++) {
            RecordPlace place = response.getPlaces(i);
            assertThat(expected.get(place.getPartition()).get((int) place.getOffset()))
                    .isEqualTo("v" + i);
        }
        for (int partition = 0; partition < 3; partition++) {
            assertThat(TestBatches.read(leaders.get(partition).log()))
                    .isEqualTo(expected.get(partition));
        }
    }

    @Test
    void recordsWithoutAKeyStayTogetherAndRequestsTakeTurns() {
        fixture.knowTopic(3);
        fixture.lead(0);
        fixture.lead(1);
        fixture.lead(2);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            List<RecordPlace> places = append(to(newRecord("a"), newRecord("b"))).getPlacesList();
            assertThat(places.get(1).getPartition()).isEqualTo(places.get(0).getPartition());
            used.add(places.get(0).getPartition());
        }
        assertThat(used).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void recordsWithoutAKeyAvoidPartitionsWithoutALeader() {
        fixture.knowTopic(2);
        fixture.cluster.apply(
                TestImages.partition(
                        ProduceFixture.ORDERS,
                        0,
                        ProduceFixture.BROKER_ID,
                        OptionalInt.empty(),
                        2));
        fixture.lead(1);
        for (int i = 0; i < 3; i++) {
            assertThat(append(to(newRecord("a"))).getPlaces(0).getPartition()).isEqualTo(1);
        }
    }

    @Test
    void tellsOfEachRecordWhetherItWasAppended() {
        fixture.knowTopic(2);
        fixture.lead(0);
        fixture.partitions.put(
                "orders",
                1,
                new PartitionLookup.Elsewhere(
                        new TopicPartition("orders", ProduceFixture.ORDERS, 1),
                        5,
                        new HostPort("broker-5.invalid", 9650),
                        9));
        AppendRequest.Builder request = to();
        for (int i = 0; i < 20; i++) {
            request.addRecords(newRecord("key" + i, "v"));
        }
        AppendResponse response = append(request);
        assertThat(response.getPlacesList()).extracting(RecordPlace::getPartition).contains(0, 1);
        for (RecordPlace place : response.getPlacesList()) {
            assertThat(place.hasOffset()).isEqualTo(place.getPartition() == 0);
            assertThat(place.hasError()).isEqualTo(place.getPartition() == 1);
            if (place.hasError()) {
                assertThat(StatusTranslator.fromStatus(place.getError()).orElseThrow().error())
                        .isEqualTo(LogError.LEADER_UNKNOWN);
            }
        }
    }

    @Test
    void failsAsAWholeWithTheFirstErrorIfNothingWasAppended() {
        fixture.knowTopic(1);
        assertThat(failure(to(newRecord("a"))).error()).isEqualTo(LogError.UNKNOWN_TOPIC);
        assertThat(fixture.observer.failures).containsExactly("UNKNOWN_TOPIC");
    }

    @Test
    void aRetryIsStoredOnce() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        AppendRequest.Builder request =
                to(newRecord("a"), newRecord("b"))
                        .setPartition(0)
                        .setProducerId(9)
                        .setProducerEpoch(1)
                        .setBaseSequence(0);
        append(request);
        AppendResponse again = append(request);
        assertThat(again.getPlaces(1)).isEqualTo(place(1).setDuplicate(true).build());
        assertThat(TestBatches.read(leader.log())).containsExactly("a", "b");
        assertThat(failure(request.setBaseSequence(7)).error())
                .isEqualTo(LogError.OUT_OF_ORDER_SEQUENCE);
    }

    /** P14: else a former leader would refuse what its successor would take. */
    @Test
    void asksForTheNewestLeaderEpochThatTheClientKnows() {
        fixture.lead(0);
        append(to(newRecord("a")).setPartition(0));
        append(to(newRecord("b")).setPartition(0).setLeaderEpoch(1));
        assertThat(fixture.partitions.queries())
                .extracting(PartitionQuery::leaderEpoch)
                .containsExactly(OptionalInt.empty(), OptionalInt.of(1));
        assertThat(refused(to(newRecord("c")).setLeaderEpoch(1)).getStatus().getCode())
                .as("of which partition?")
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void comparesAndAppends() {
        fixture.lead(0);
        append(to(newRecord("a")).setPartition(0).setExpectedBaseOffset(0));
        assertThat(failure(to(newRecord("b")).setPartition(0).setExpectedBaseOffset(0)).error())
                .isEqualTo(LogError.OFFSET_MISMATCH);
    }

    @Test
    void theCallsDeadlineLimitsTheWaitForAcks() {
        fixture.lead(0).holdCommits();
        StatusRuntimeException refused =
                catchThrowableOfType(
                        StatusRuntimeException.class,
                        () ->
                                fixture.stub()
                                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                                        .append(to(newRecord("a")).setPartition(0).build()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    }

    @Test
    void largeRequestsGoToAWorker() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        fixture.worker.shut();
        CompletableFuture<AppendResponse> response =
                CompletableFuture.supplyAsync(
                        () -> append(to(newRecord("x".repeat(100_000))).setPartition(0)));
        Waiting.until(() -> fixture.worker.heldTasks() == 1);
        assertThat(leader.logEndOffset()).isZero();
        assertThat(append(to(newRecord("small")).setPartition(0)).getPlaces(0).getOffset())
                .isZero();
        fixture.worker.open();
        assertThat(response.get(30, TimeUnit.SECONDS).getPlaces(0).getOffset()).isEqualTo(1);
    }

    @Test
    void namesTheRecordThatIsTooLarge() {
        fixture.lead(0, LogConfig.DEFAULT.withMaxMessageBytes(200));
        LogFailure failure =
                failure(to(newRecord("a"), newRecord("x".repeat(300))).setPartition(0));
        assertThat(failure.error()).isEqualTo(LogError.BATCH_TOO_LARGE);
        assertThat(failure.field()).contains("records");
    }

    @ParameterizedTest
    @MethodSource("requestsThatBreakARule")
    void refuses(AppendRequest.Builder request, String field) throws Exception {
        fixture.lead(0);
        fixture.knowTopic(1);
        StatusRuntimeException refused = refused(request);
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        BadRequest details =
                StatusProto.fromThrowable(refused).getDetails(0).unpack(BadRequest.class);
        assertThat(details.getFieldViolations(0).getField()).isEqualTo(field);
    }

    static Stream<Arguments> requestsThatBreakARule() {
        NewRecord one = newRecord("a");
        return Stream.of(
                Arguments.of(to(), "records"),
                Arguments.of(to(one).setTopic(".."), "topic"),
                Arguments.of(to(one).setAcksValue(7), "acks"),
                Arguments.of(to(one).setProducerId(1), "partition"),
                Arguments.of(to(one).setExpectedBaseOffset(1), "partition"),
                Arguments.of(to(one).setPartition(0).setProducerId(-1), "producer_id"),
                Arguments.of(to(one).setPartition(0).setProducerEpoch(1), "producer_epoch"),
                Arguments.of(to(one).setPartition(0).setBaseSequence(1), "base_sequence"),
                Arguments.of(
                        to(one).setPartition(0).setProducerId(1).setBaseSequence(-1),
                        "base_sequence"));
    }
}
