// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Compression;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadTest {
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
    void readsFromTheEarliestAcrossBatches() {
        Batches.append(
                leader, Batches.of(Compression.ZSTD, "x", "y"), Batches.of(Compression.NONE, "z"));
        var unused = leader.deleteRecords(OptionalLong.of(1));
        ReadResponse response = fixture.blocking().read(request().build());
        assertThat(response.getRecordsList())
                .extracting(record -> record.getOffset() + ":" + record.getValue().toStringUtf8())
                .containsExactly("1:y", "2:z");
        assertThat(response.getNext().getOffset()).isEqualTo(3);
        assertThat(response.getNext().getLeaderEpoch()).isEqualTo(1);
        assertThat(response.getHighWatermark()).isEqualTo(3);
        assertThat(response.getLogStartOffset()).isEqualTo(1);
        assertThat(response.getTopicId()).isEqualTo(leader.partition().topicId().toString());
    }

    @Test
    void staysWithinItsBoundsAndReadsOneRecordAtLeast() {
        for (int i = 0; i < 10; i++) {
            Batches.append(leader, Batches.ofEntryBytes(1000, i));
        }
        assertThat(fixture.blocking().read(request().setMaxRecords(3).build()).getRecordsList())
                .extracting(ConsumedRecord::getOffset)
                .containsExactly(0L, 1L, 2L);
        ReadResponse bounded = fixture.blocking().read(request().setMaxBytes(2500).build());
        assertThat(bounded.getRecordsCount()).isEqualTo(2);
        assertThat(bounded.getNext().getOffset()).isEqualTo(2);
        assertThat(fixture.blocking().read(request().setMaxBytes(1).build()).getRecordsCount())
                .isEqualTo(1);
        assertThat(fixture.blocking().read(request().build()).getRecordsCount()).isEqualTo(10);
    }

    @Test
    void saysThatNothingIsThere() {
        Batches.appendEach(leader, "x");
        ReadResponse end = fixture.blocking().read(at(1).build());
        assertThat(end.getRecordsCount()).isZero();
        assertThat(end.getNext().getOffset()).isEqualTo(1);
        assertThat(fixture.blocking().read(at(1).setMaxWaitMs(30).build()).getRecordsCount())
                .isZero();
    }

    @Test
    void waitsForTheFirstRecord() throws Exception {
        var waiting =
                LogServiceGrpc.newFutureStub(fixture.channel())
                        .read(at(0).setMaxWaitMs(60_000).build());
        FetchFixture.await("it waits", () -> leader.listenerCount() == 1);
        Batches.appendEach(leader, "x");
        assertThat(waiting.get(30, TimeUnit.SECONDS).getRecordsCount()).isEqualTo(1);
    }

    @Test
    void answersBeforeTheDeadlineOfTheCall() {
        ReadResponse response =
                LogServiceGrpc.newBlockingStub(fixture.channel())
                        .withDeadlineAfter(3, TimeUnit.SECONDS)
                        .read(at(0).setMaxWaitMs(60_000).build());
        assertThat(response.getRecordsCount()).isZero();
    }

    @Test
    void aCallerThatGoesAwayLeavesNothingBehind() {
        var waiting =
                LogServiceGrpc.newFutureStub(fixture.channel())
                        .read(at(0).setMaxWaitMs(60_000).build());
        FetchFixture.await("it waits", () -> leader.listenerCount() == 1);
        waiting.cancel(true);
        FetchFixture.await("it is gone", () -> leader.listenerCount() == 0);
    }

    @Test
    void failsWithTheReason() {
        assertThat(failure(at(5)).error()).isEqualTo(LogError.OFFSET_OUT_OF_RANGE);
        assertThat(failure(request().setTopic("nobody")).error()).isEqualTo(LogError.UNKNOWN_TOPIC);
        ReadRequest.Builder latest = request();
        latest.getStartBuilder().setLastRecords(1);
        leader.knowHighWatermark(false);
        assertThat(failure(latest).error()).isEqualTo(LogError.LEADER_UNKNOWN);
        leader.end(LogFailure.of(LogError.NOT_LEADER, "gone"));
        assertThat(failure(at(0)).error()).isEqualTo(LogError.NOT_LEADER);
        Throwable invalid =
                catchThrowable(() -> fixture.blocking().read(request().setMaxRecords(-1).build()));
        assertThat(Status.fromThrowable(invalid).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private LogFailure failure(ReadRequest.Builder request) {
        Throwable thrown = catchThrowable(() -> fixture.blocking().read(request.build()));
        return StatusTranslator.fromException(thrown).orElseThrow();
    }

    private static ReadRequest.Builder request() {
        return ReadRequest.newBuilder().setTopic("a");
    }

    private static ReadRequest.Builder at(long offset) {
        ReadRequest.Builder request = request();
        request.getStartBuilder().getPositionBuilder().setOffset(offset);
        return request;
    }
}
