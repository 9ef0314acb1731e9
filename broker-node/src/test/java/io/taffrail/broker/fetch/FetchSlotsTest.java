// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.FetchFixture.openAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.model.LogError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many partitions on one stream. */
class FetchSlotsTest {
    @TempDir private Path directory;
    private FetchFixture fixture;

    @BeforeEach
    void start() {
        FetchLimits limits =
                new FetchLimits(
                        50,
                        1L << 30,
                        8 << 20,
                        1 << 20,
                        64L << 20,
                        Duration.ofMillis(400),
                        Duration.ofSeconds(5));
        fixture = new FetchFixture(directory, limits, ServingPath.INJECTED);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void keepsSlotsApart() {
        FakePartitionLeader a = fixture.lead("a");
        FakePartitionLeader b = fixture.lead("b");
        Batches.appendEach(a, "a0", "a1");
        Batches.appendEach(b, "b0");
        FetchReader reader = fixture.reader();
        reader.open(1, openAt("a", 0));
        reader.open(7, openAt("b", 0));
        Map<Integer, List<String>> bySlot = new HashMap<>();
        for (FetchResponse answer : reader.batches(3)) {
            bySlot.computeIfAbsent(answer.getSlot(), slot -> new ArrayList<>())
                    .addAll(Batches.records(answer));
        }
        assertThat(bySlot)
                .containsEntry(1, List.of("0:a0", "1:a1"))
                .containsEntry(7, List.of("0:b0"));
    }

    @Test
    void closesASlotAndGoesOnWithTheOthers() {
        FakePartitionLeader a = fixture.lead("a");
        fixture.lead("b");
        FetchReader reader = fixture.reader();
        reader.open(1, openAt("a", 5));
        assertThat(failure(reader.closed(1)).error()).isEqualTo(LogError.OFFSET_OUT_OF_RANGE);
        reader.open(1, openAt("a", 0)); // the number is free again
        reader.open(2, openAt("nobody", 0));
        assertThat(failure(reader.closed(2)).error()).isEqualTo(LogError.UNKNOWN_TOPIC);
        reader.open(3, openAt("b", 0));
        reader.close(3);
        assertThat(reader.closed(3).getClosed().getCode()).isZero();
        reader.grant(3, Demand.newBuilder().setBytes(1)); // crossed the end: no error
        reader.close(3);
        Batches.appendEach(a, "x");
        assertThat(reader.batches(1).get(0).getSlot()).isEqualTo(1);
    }

    @Test
    void closesASlotAtItsEndOffsetAndTheStreamWithItsLastSlot() {
        Batches.appendEach(fixture.lead("a"), "x", "y");
        FetchReader reader = fixture.reader();
        reader.open(1, openAt("a", 0).setEndOffset(1).setMaxResponseBytes(1));
        reader.open(2, openAt("a", 0).setEndOffset(2));
        reader.halfClose();
        FetchResponse closed = reader.closed(1);
        assertThat(closed.getClosed().getCode()).isZero();
        assertThat(closed.getNext().getOffset()).isEqualTo(1);
        reader.endsWithOk();
    }

    @Test
    void refusesToMixSlotZeroWithOthers() {
        fixture.lead("a");
        for (int first : new int[] {0, 1}) {
            FetchReader reader = fixture.reader();
            reader.open(first, openAt("a", 0));
            reader.open(1 - first, openAt("a", 0));
            assertThat(Status.fromThrowable(reader.end()).getCode())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void refusesASlotThatIsOpenOrTooMany() {
        fixture.lead("a");
        FetchReader reader = fixture.reader();
        reader.open(1, openAt("a", 0));
        reader.open(1, openAt("a", 0));
        assertThat(reader.closed(1).getClosed().getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
        for (int slot = 1; slot <= 51; slot++) {
            reader.open(slot, openAt("a", 0));
        }
        assertThat(failure(reader.closed(51)).error()).isEqualTo(LogError.OVERLOADED);
    }

    @Test
    void lookingForOnePartitionHoldsNoOther() {
        CompletableFuture<PartitionLookup> pending = fixture.partitions().putPending("slow", 0);
        FakePartitionLeader slow = fixture.open("slow", fixture.lead("a").config(), 1);
        FetchReader reader = fixture.reader();
        reader.open(1, openAt("slow", 0));
        reader.open(2, openAt("a", 0));
        assertThat(reader.opened().getSlot()).isEqualTo(2);
        pending.complete(new PartitionLookup.Here(slow));
        while (reader.next().getSlot() != 1) {
            // slot 2 may be idle meanwhile
        }
    }

    @Test
    void aSlotWithoutCreditHoldsNoOther() {
        List<FakePartitionLeader> leaders = new ArrayList<>();
        FetchReader reader = fixture.reader();
        for (int slot = 1; slot <= 20; slot++) {
            FakePartitionLeader leader = fixture.lead("t" + slot);
            leaders.add(leader);
            Batches.appendEach(leader, "first");
            reader.open(
                    slot,
                    openAt("t" + slot, 0)
                            .setDemand(Demand.newBuilder().setRecords(slot % 2 == 0 ? 0 : 5)));
        }
        for (int round = 1; round < 5; round++) {
            leaders.forEach(leader -> Batches.appendEach(leader, "more"));
        }
        List<FetchResponse> answers = reader.batches(50);
        assertThat(answers).allMatch(answer -> answer.getSlot() % 2 == 1);
        reader.grant(2, Demand.newBuilder().setRecords(1));
        assertThat(reader.batches(1).get(0).getSlot()).isEqualTo(2);
    }

    @Test
    void servesSlotsInTurn() {
        FetchReader reader = fixture.reader(0);
        for (int slot = 1; slot <= 4; slot++) {
            FakePartitionLeader leader = fixture.lead("t" + slot);
            for (int i = 0; i < 5; i++) {
                Batches.append(leader, Batches.ofEntryBytes(300_000, i));
            }
            reader.open(slot, openAt("t" + slot, 0).setMaxResponseBytes(1));
        }
        FetchFixture.await("the stream is full", () -> fixture.methods().heldBytes() > 500_000);
        reader.take(Integer.MAX_VALUE);
        Map<Integer, Integer> counts = new HashMap<>();
        int seen = 0;
        for (FetchResponse answer : reader.batches(20)) {
            counts.merge(answer.getSlot(), 1, Integer::sum);
            seen++;
            if (seen == 12) {
                assertThat(counts.values()).allMatch(count -> count >= 2);
            }
        }
        assertThat(counts.values()).containsOnly(5);
    }

    @Test
    void anIdleSlotIsHeardOfAgainAndAgain() {
        FakePartitionLeader leader = fixture.lead("a");
        Batches.appendEach(leader, "x");
        FetchReader reader = fixture.reader();
        reader.open(1, openAt("a", 1));
        reader.open(2, openAt("a", 0).setDemand(Demand.newBuilder().setBytes(0)));
        for (int slot = 1; slot <= 2; slot++) {
            assertThat(reader.opened().getOpened().getIdleIntervalMs()).isEqualTo(400);
        }
        Map<Integer, Integer> heard = new HashMap<>();
        while (heard.getOrDefault(1, 0) < 3 || heard.getOrDefault(2, 0) < 3) {
            FetchResponse idle = reader.next();
            assertThat(idle.getBatchesCount()).isZero();
            assertThat(idle.getHighWatermark()).isEqualTo(1);
            assertThat(idle.getCostBytes()).isZero();
            heard.merge(idle.getSlot(), 1, Integer::sum);
        }
    }

    @Test
    void theEndOfALeadershipClosesItsSlotAlone() {
        FakePartitionLeader a = fixture.lead("a");
        fixture.lead("b");
        FetchReader reader = fixture.reader();
        reader.open(1, openAt("a", 0));
        reader.open(2, openAt("b", 0));
        a.end(LogFailure.of(LogError.NOT_LEADER, "gone"));
        assertThat(failure(reader.closed(1)).error()).isEqualTo(LogError.NOT_LEADER);
        assertThat(reader.next().getSlot()).isEqualTo(2);
    }

    @Test
    void endsTheStreamWhenTheServerStops() {
        FakePartitionLeader a = fixture.lead("a");
        Batches.appendEach(a, "x");
        FetchReader reader = fixture.reader();
        reader.open(1, openAt("a", 0));
        reader.batches(1);
        fixture.stopStreams();
        assertThat(reader.failure().error()).isEqualTo(LogError.SHUTTING_DOWN);
        FetchReader late = fixture.reader();
        late.open(1, openAt("a", 0));
        assertThat(late.failure().error()).isEqualTo(LogError.SHUTTING_DOWN);
    }

    private static LogFailure failure(FetchResponse closed) {
        return StatusTranslator.fromStatus(closed.getClosed()).orElseThrow();
    }
}
