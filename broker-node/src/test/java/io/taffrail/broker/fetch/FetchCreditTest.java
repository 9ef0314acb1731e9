// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.FetchFixture.openAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much is sent, and when: credit, sizes of responses, and waiting for more. */
class FetchCreditTest {
    @TempDir private Path directory;
    private FetchFixture fixture;
    private FakePartitionLeader leader;

    @BeforeEach
    void start() {
        fixture = new FetchFixture(directory);
        leader = fixture.lead("a");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void overdrawsBytesByOneBatchAndIsPaidOffFirst() {
        int each = Batches.appendEach(leader, "x");
        Batches.appendEach(leader, "y", "z", "u", "v");
        FetchReader reader = fixture.read(openAt("a", 0).setDemand(bytes(2 * each + 1)));
        assertThat(Batches.records(reader.batches(3))).containsExactly("0:x", "1:y", "2:z");
        reader.grant(0, bytes(each - 1)); // pays the debt, to the byte
        reader.grant(0, bytes(1));
        assertThat(Batches.records(reader.batches(1))).containsExactly("3:u");
        reader.grant(0, bytes(each - 1));
        reader.grant(0, Demand.newBuilder().setRecords(100)); // not named in the open
        Batches.appendEach(leader, "w");
        assertNothingMoreIsSent(reader);
    }

    @Test
    void overdrawsRecordsByOneBatchAndIsPaidOffFirst() {
        Batches.append(
                leader,
                Batches.of(Compression.NONE, "a", "b", "c"),
                Batches.of(Compression.NONE, "d", "e", "f"),
                Batches.of(Compression.NONE, "g"));
        FetchReader reader = fixture.read(openAt("a", 0).setDemand(records(4)));
        FetchResponse answer = reader.batches(2).get(0);
        assertThat(answer.getCostRecords()).isEqualTo(6);
        reader.grant(0, records(2)); // the debt
        reader.grant(0, bytes(1_000_000)); // not named in the open
        assertNothingMoreIsSent(reader);
        reader.grant(0, records(1));
        assertThat(Batches.records(reader.batches(1))).containsExactly("6:g");
    }

    @Test
    void sendsNothingOnABalanceOfZero() {
        Batches.append(
                leader,
                Batches.of(Compression.NONE, "a", "b", "c"),
                Batches.of(Compression.NONE, "d"));
        FetchReader reader = fixture.read(openAt("a", 0).setDemand(records(3)));
        assertThat(Batches.records(reader.batches(1))).containsExactly("0:a", "1:b", "2:c");
        assertNothingMoreIsSent(reader);
    }

    @Test
    void needsEveryUnitThatTheOpenNamed() {
        Batches.appendEach(leader, "x");
        FetchReader reader = fixture.read(openAt("a", 0).setDemand(bytes(0).setRecords(5)));
        reader.opened();
        assertNothingMoreIsSent(reader);
        reader.grant(0, bytes(1));
        assertThat(Batches.records(reader.batches(1))).containsExactly("0:x");
    }

    @Test
    void sendsWithoutEndIfNoUnitWasNamed() {
        FetchReader reader = fixture.read(openAt("a", 0).setDemand(Demand.newBuilder()));
        reader.opened();
        for (int i = 0; i < 20; i++) {
            Batches.appendEach(leader, "x" + i);
        }
        reader.batches(20);
    }

    @Test
    void refusesANegativeGrantAndTakesALargeOne() {
        Batches.appendEach(leader, "x");
        FetchReader reader = fixture.read(openAt("a", 0).setDemand(bytes(Long.MAX_VALUE)));
        reader.grant(0, bytes(Long.MAX_VALUE));
        reader.batches(1);
        reader.grant(0, bytes(-1));
        assertThat(io.grpc.Status.fromThrowable(reader.end()).getCode())
                .isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void cutsResponsesAtTheSizeThatWasAskedFor() {
        for (int i = 0; i < 10; i++) {
            Batches.append(leader, Batches.ofEntryBytes(1000, i));
        }
        FetchReader reader = fixture.read(openAt("a", 0).setMaxResponseBytes(3500));
        List<FetchResponse> answers = reader.batches(10);
        assertThat(answers).hasSize(4);
        assertThat(answers).allMatch(answer -> answer.getCostBytes() <= 3500);
        FetchReader small = fixture.read(openAt("a", 0).setMaxResponseBytes(10));
        assertThat(small.batches(10)).hasSize(10);
    }

    @Test
    void endsAtABatchThatTheReaderCannotReceive() {
        Batches.append(leader, Batches.ofEntryBytes(1000, 1), Batches.ofEntryBytes(5000, 2));
        FetchReader reader = fixture.read(openAt("a", 0).setMaxMessageBytes(4000));
        assertThat(reader.batches(1).get(0).getNext().getOffset()).isEqualTo(1);
        LogFailure failure = reader.failure();
        assertThat(failure.error()).isEqualTo(LogError.BATCH_TOO_LARGE);
        assertThat(failure.metadata()).containsEntry("offset", "1").containsEntry("limit", "4000");
        assertThat(Integer.parseInt(failure.metadata().get("size"))).isBetween(4984, 5000);
    }

    @Test
    void waitsForEnoughBytesButNotForEver() {
        int each = Batches.appendEach(leader, "x");
        FetchReader patient =
                fixture.read(openAt("a", 0).setMinBytes(3 * each).setMaxWaitMs(600_000));
        FetchReader hasty = fixture.read(openAt("a", 0).setMinBytes(3 * each).setMaxWaitMs(50));
        patient.opened();
        assertThat(Batches.records(hasty.batches(1))).containsExactly("0:x");
        assertThat(patient.isQuiet()).isTrue();
        Batches.appendEach(leader, "y");
        Batches.appendEach(leader, "z");
        assertThat(Batches.records(patient.next())).containsExactly("0:x", "1:y", "2:z");
    }

    /** What is appended behind a read that found too little, before that has come back. */
    @Test
    void noticesWhatComesWhileItReads() throws Exception {
        int each = Batches.appendEach(leader, "x");
        Semaphore found = new Semaphore(0);
        Semaphore mayGoOn = new Semaphore(0);
        leader.afterEachRead(
                () -> {
                    found.release();
                    mayGoOn.acquireUninterruptibly();
                });
        FetchReader reader =
                fixture.read(openAt("a", 0).setMinBytes(2 * each).setMaxWaitMs(600_000));
        reader.opened();
        found.acquire();
        Batches.appendEach(leader, "y");
        assertNothingMoreIsSent(reader);
        mayGoOn.release(2);
        assertThat(Batches.records(reader.next())).containsExactly("0:x", "1:y");
    }

    /** A second partition's news, on the same connection, would come behind it. */
    private void assertNothingMoreIsSent(FetchReader reader) {
        FakePartitionLeader other = fixture.lead("other" + System.nanoTime());
        Batches.appendEach(other, "done");
        FetchReader witness = fixture.read(openAt(other.partition().topic(), 0));
        witness.batches(1);
        assertThat(reader.isQuiet()).isTrue();
    }

    private static Demand.Builder bytes(long bytes) {
        return Demand.newBuilder().setBytes(bytes);
    }

    private static Demand.Builder records(long records) {
        return Demand.newBuilder().setRecords(records);
    }
}
