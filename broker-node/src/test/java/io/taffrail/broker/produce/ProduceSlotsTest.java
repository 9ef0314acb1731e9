// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static io.taffrail.broker.produce.ProduceClient.on;
import static io.taffrail.broker.produce.ProduceClient.openOf;
import static io.taffrail.broker.produce.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Many slots on one stream, and the rules of slots. */
class ProduceSlotsTest {
    private static final int MAX_SLOTS = 20;

    @TempDir Path directory;
    private ProduceFixture fixture;

    @BeforeEach
    void start() {
        fixture =
                new ProduceFixture(
                        directory,
                        ProduceLimits.DEFAULT.withMaxSlots(MAX_SLOTS).withMaxInFlight(5));
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void eachSlotHasItsOwnOrder() throws Exception {
        List<FakePartitionLeader> leaders = new ArrayList<>();
        for (int partition = 0; partition < MAX_SLOTS; partition++) {
            leaders.add(fixture.lead(partition));
        }
        ProduceClient client = fixture.produce();
        for (int partition = 0; partition < MAX_SLOTS; partition++) {
            client.open(partition + 1, partition);
        }
        for (int i = 0; i < 5; i++) {
            for (int slot = 1; slot <= MAX_SLOTS; slot++) {
                client.records(slot, slot + ":" + i);
            }
        }
        Map<Integer, Long> next = new HashMap<>();
        int acks = 0;
        while (acks < MAX_SLOTS * 5) {
            ProduceClient.Event event = client.next();
            if (event instanceof ProduceClient.SlotOpened opened) {
                assertThat(next.put(opened.slot(), 0L)).isNull();
            } else {
                ProduceAck ack = ((ProduceClient.Ack) event).ack();
                assertThat(ack.getBaseOffset()).isEqualTo(next.get(ack.getSlot()));
                next.merge(ack.getSlot(), 1L, Long::sum);
                acks++;
            }
        }
        assertThat(TestBatches.read(leaders.get(6).log()))
                .containsExactly("7:0", "7:1", "7:2", "7:3", "7:4");
    }

    @Test
    void aSlotThatWaitsHoldsUpNoOther() throws Exception {
        fixture.lead(0).holdCommits();
        fixture.lead(1);
        CompletableFuture<PartitionLookup> slow = fixture.partitions.putPending("orders", 2);
        ProduceClient client = fixture.produce();
        client.open(1, 0).open(3, 2);
        client.records(1, "uncommitted").records(3, "no leader yet");
        client.opened(1);

        client.open(2, 1).records(2, "x".repeat(100_000)).records(2, "b");
        client.opened(2);
        assertThat(client.ack().getSlot()).isEqualTo(2);
        assertThat(client.ack().getSlot()).isEqualTo(2);
        client.saysNothing();
        slow.complete(new PartitionLookup.Here(fixture.lead(2)));
        client.opened(3);
        assertThat(client.ack().getSlot()).isEqualTo(3);
    }

    @Test
    void aFailureEndsItsSlotAndNothingElse() throws Exception {
        FakePartitionLeader failing = fixture.lead(0);
        fixture.lead(1);
        ProduceClient client = fixture.produce().open(1, 0).open(2, 1);
        client.opened(1);
        client.opened(2);
        client.batches(1, batch(7, 0, 3, "unknown producer"));
        client.records(1, "not to be appended").records(1, "nor this");
        assertThat(client.closedFor(1).error()).isEqualTo(LogError.UNKNOWN_PRODUCER);

        client.records(2, "a");
        assertThat(client.ack().getSlot()).isEqualTo(2);
        assertThat(TestBatches.read(failing.log())).isEmpty();
        assertThat(failing.listenerCount()).isZero();
    }

    @Test
    void aFailureFencesWhatWaitsBehindIt() throws Exception {
        CompletableFuture<PartitionLookup> lookup = fixture.partitions.putPending("orders", 0);
        ProduceClient client = fixture.produce().open(1, 0);
        client.records(1, "a").batches(1, batch(7, 0, 3, "gap")).records(1, "fenced");
        Waiting.until(() -> fixture.observer.requests.get() == 3);
        FakePartitionLeader leader = fixture.lead(0);
        lookup.complete(new PartitionLookup.Here(leader));
        client.opened(1);
        assertThat(client.ack().getBaseOffset()).isZero();
        assertThat(client.closedFor(1).error()).isEqualTo(LogError.UNKNOWN_PRODUCER);
        assertThat(TestBatches.read(leader.log())).containsExactly("a");
    }

    @Test
    void aClosedSlotMayBeOpenedAgain() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        ProduceClient client = fixture.produce().open(1, 0);
        client.opened(1);
        client.batches(1, batch(7, 0, 3, "unknown producer"));
        client.records(1, "still on its way when the slot was closed");
        client.closedFor(1);

        client.open(1, 0).records(1, "a");
        client.opened(1);
        assertThat(client.ack().getBaseOffset()).isZero();
        assertThat(TestBatches.read(leader.log())).containsExactly("a");
    }

    @Test
    void aRequestThatWasTakenBeforeTheFailureIsNotAppendedAfterIt() throws Exception {
        FakePartitionLeader leader = fixture.lead(0);
        leader.holdCommits();
        ProduceClient client = fixture.produce().open(1, 0);
        client.opened(1);
        fixture.worker.shut();
        client.records(1, "a").batches(1, batch(Compression.GZIP, "b")).records(1, "c");
        Waiting.until(() -> fixture.worker.heldTasks() == 1 && leader.logEndOffset() == 1);

        leader.giveUpWaiting(LogFailure.of(LogError.NOT_COMMITTED_IN_TIME, "too late"));
        client.saysNothing(); // not before it is certain that "b" does not come after all
        fixture.worker.open();
        assertThat(client.closedFor(1).error()).isEqualTo(LogError.NOT_COMMITTED_IN_TIME);
        assertThat(TestBatches.read(leader.log())).containsExactly("a");
    }

    @Test
    void moreInFlightThanAllowedIsOverload() {
        FakePartitionLeader leader = fixture.lead(0);
        leader.holdCommits();
        ProduceClient client = fixture.produce().open(1, 0);
        assertThat(client.opened(1).getMaxInFlight()).isEqualTo(5);
        for (int i = 0; i < 7; i++) {
            client.records(1, "r" + i);
        }
        Waiting.until(() -> leader.logEndOffset() == 5);
        leader.releaseCommits();
        for (int i = 0; i < 5; i++) {
            assertThat(client.ack().getBaseOffset()).isEqualTo(i);
        }
        assertThat(client.closedFor(1).error()).isEqualTo(LogError.OVERLOADED);
        assertThat(leader.logEndOffset()).isEqualTo(5);
    }

    @Test
    void moreSlotsThanAllowedIsOverload() {
        fixture.lead(0);
        ProduceClient client = fixture.produce();
        for (int slot = 1; slot <= MAX_SLOTS; slot++) {
            client.open(slot, 0);
            client.opened(slot);
        }
        client.open(99, 0);
        assertThat(client.closedFor(99).error()).isEqualTo(LogError.OVERLOADED);
        assertThat(fixture.observer.openSlots).hasValue(MAX_SLOTS);
    }

    @Test
    void slotZeroAndOthersDoNotShareAStream() {
        fixture.lead(0);
        ProduceClient client = fixture.produce().open(1, 0);
        client.opened(1);
        client.open(0, 0);
        assertThat(client.ended().getCode()).isEqualTo(Code.INVALID_ARGUMENT);

        ProduceClient other = fixture.produce().open(0, 0);
        other.opened(0);
        other.open(1, 0);
        assertThat(other.ended().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        Waiting.until(() -> fixture.observer.openSlots.get() == 0);
    }

    @ParameterizedTest
    @MethodSource("firstMessagesThatBreakARule")
    void refusesTheFirstMessage(ProduceRequest.Builder request, String field) {
        fixture.lead(0);
        ProduceClient client = fixture.produce().send(request.setSlot(1));
        assertInvalid(client.closed(1), field);
        client.open(1, 0);
        client.opened(1);
    }

    static Stream<Arguments> firstMessagesThatBreakARule() {
        return Stream.of(
                Arguments.of(on(1).addRecords(ProduceFixture.newRecord("a")), "open"),
                Arguments.of(on(1), "open"),
                Arguments.of(on(1).setOpen(openOf(0).toBuilder().setTopic("")), "open.topic"),
                Arguments.of(
                        on(1).setOpen(openOf(0).toBuilder().setTopic("no/such".repeat(999))),
                        "open.topic"),
                Arguments.of(
                        on(1).setOpen(openOf(0).toBuilder().setTopicId("ABC")), "open.topic_id"),
                Arguments.of(on(1).setOpen(openOf(0).toBuilder().setAcksValue(9)), "open.acks"),
                Arguments.of(
                        on(1).setOpen(openOf(0).toBuilder().setRoutingValue(9)), "open.routing"),
                Arguments.of(
                        on(1).setOpen(openOf(0).toBuilder().setTimeoutMs(-1)), "open.timeout_ms"),
                Arguments.of(
                        on(1).setOpen(openOf(0).toBuilder().setLeaderEpoch(-1)),
                        "open.leader_epoch"),
                Arguments.of(
                        on(1).setOpen(openOf(0)).setExpectedBaseOffset(0), "expected_base_offset"));
    }

    @ParameterizedTest
    @MethodSource("laterMessagesThatBreakARule")
    void refusesALaterMessage(ProduceRequest.Builder request, String field) {
        fixture.lead(0);
        ProduceClient client = fixture.produce().open(1, 0).records(1, "a");
        client.opened(1);
        client.send(request.setSlot(1));
        assertThat(client.ack().getBaseOffset()).isZero();
        assertInvalid(client.closed(1), field);
    }

    static Stream<Arguments> laterMessagesThatBreakARule() {
        return Stream.of(
                Arguments.of(on(1).setOpen(openOf(0)), "open"),
                Arguments.of(on(1), "records"),
                Arguments.of(on(1).setExpectedBaseOffset(1), "expected_base_offset"),
                Arguments.of(
                        on(1).addRecords(ProduceFixture.newRecord("a"))
                                .addBatches(batch(Compression.NONE, "a")),
                        "records"));
    }

    private static void assertInvalid(Status status, String field) {
        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
        assertThat(status.getSerializedSize()).isLessThan(1024);
        BadRequest details;
        try {
            details = status.getDetails(0).unpack(BadRequest.class);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        assertThat(details.getFieldViolations(0).getField()).isEqualTo(field);
    }

    @Test
    void slotNumbersMayBeAsLargeAsTheFieldAllows() {
        fixture.lead(0);
        ProduceClient client = fixture.produce().open(-1, 0).records(-1, "a"); // 2^32 - 1
        Opened opened = client.opened(-1);
        assertThat(opened.getLeaderEpoch()).isEqualTo(1);
        assertThat(client.ack().getSlot()).isEqualTo(-1);
    }
}
