// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.model.LogError;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListOffsetsTest {
    @TempDir private Path directory;
    private FetchFixture fixture;
    private FakePartitionLeader leader;

    @BeforeEach
    void start() {
        fixture = new FetchFixture(directory);
        leader = fixture.lead("a");
        Batches.append(leader, Batches.at(10, "x"), Batches.at(20, "y"), Batches.at(30, "z"));
        var unused = leader.deleteRecords(OptionalLong.of(1));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void answersEveryQueryForItself() {
        List<OffsetResult> results =
                list(
                        query("a").setAnchor(Anchor.ANCHOR_EARLIEST),
                        query("nobody").setAnchor(Anchor.ANCHOR_LATEST),
                        query("a").setAnchor(Anchor.ANCHOR_LATEST),
                        query("a").setTimestampMs(11),
                        query("a").setTimestampMs(31),
                        query("a"));
        assertThat(results)
                .extracting(OffsetResult::getTopic)
                .containsExactly("a", "nobody", "a", "a", "a", "a");
        assertThat(results.get(0).getPosition().getOffset()).isEqualTo(1);
        assertThat(results.get(0).getTopicId()).isEqualTo(leader.partition().topicId().toString());
        assertThat(error(results.get(1))).isEqualTo(LogError.UNKNOWN_TOPIC);
        assertThat(results.get(1).hasPosition()).isFalse();
        assertThat(results.get(2).getPosition().getOffset()).isEqualTo(3);
        assertThat(results.get(2).getPosition().getLeaderEpoch()).isEqualTo(1);
        assertThat(results.get(2).hasTimestampMs()).isFalse();
        assertThat(results.get(3).getPosition().getOffset()).isEqualTo(1);
        assertThat(results.get(3).getTimestampMs()).isEqualTo(20);
        assertThat(results.get(4).hasPosition()).isFalse();
        assertThat(results.get(4).hasError()).isFalse();
        assertThat(results.get(5).getError().getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    }

    @Test
    void aNewLeaderDoesNotKnowTheLatestYet() {
        leader.knowHighWatermark(false);
        List<OffsetResult> results =
                list(
                        query("a").setAnchor(Anchor.ANCHOR_LATEST),
                        query("a").setTimestampMs(1),
                        query("a").setAnchor(Anchor.ANCHOR_EARLIEST));
        assertThat(error(results.get(0))).isEqualTo(LogError.LEADER_UNKNOWN);
        assertThat(error(results.get(1))).isEqualTo(LogError.LEADER_UNKNOWN);
        assertThat(results.get(2).getPosition().getOffset()).isEqualTo(1);
    }

    @Test
    void takesManyQueriesAndNotNone() {
        ListOffsetsRequest.Builder many = ListOffsetsRequest.newBuilder();
        for (int i = 0; i < 10_000; i++) {
            many.addQueries(query("a").setAnchor(Anchor.ANCHOR_LATEST));
        }
        assertThat(fixture.blocking().listOffsets(many.build()).getResultsCount())
                .isEqualTo(10_000);
        assertInvalid(ListOffsetsRequest.getDefaultInstance());
        assertInvalid(many.addQueries(query("a")).build());
    }

    private void assertInvalid(ListOffsetsRequest request) {
        Throwable thrown = catchThrowable(() -> fixture.blocking().listOffsets(request));
        assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private List<OffsetResult> list(OffsetQuery.Builder... queries) {
        ListOffsetsRequest.Builder request = ListOffsetsRequest.newBuilder();
        for (OffsetQuery.Builder query : queries) {
            request.addQueries(query);
        }
        return fixture.blocking().listOffsets(request.build()).getResultsList();
    }

    private static OffsetQuery.Builder query(String topic) {
        return OffsetQuery.newBuilder().setTopic(topic);
    }

    private static LogError error(OffsetResult result) {
        return StatusTranslator.fromStatus(result.getError()).orElseThrow().error();
    }
}
