// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taffrail.cli.Cli;
import io.taffrail.cli.fake.FakeCluster;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicCommandsTest {
    private FakeCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = FakeCluster.start();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Cli.Result topic(Object... args) {
        Stream<Object> head = Stream.of("--bootstrap", cluster.bootstrap(), "topic");
        return Cli.run(Stream.concat(head, Stream.of(args)).toArray());
    }

    private JsonNode json(Object... args) throws IOException {
        Cli.Result result =
                topic(Stream.concat(Stream.of(args), Stream.of("-o", "json")).toArray());
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.lines()).hasSize(1);
        return new ObjectMapper().readTree(result.out());
    }

    private static void assertFails(Cli.Result result, String... words) {
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(words).doesNotContain("\tat ").hasLineCount(1);
    }

    @Test
    void whatIsCreatedIsListedAndDescribed() throws IOException {
        Cli.Result created =
                topic("create", "orders", "--partitions", "2", "--config", "retention.ms=1000");

        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out()).isEmpty();
        assertThat(created.err()).contains("orders", "partitions 2");
        assertThat(topic("list").lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("TOPIC +PARTITIONS +REPLICAS +ID");
        assertThat(topic("list").out()).containsPattern("orders +2 +1 +[0-9a-f-]{36}");
        assertThat(topic("describe", "orders").out())
                .contains("orders: partitions 2, replicas of each 1, partitioner murmur2")
                .containsPattern("retention.ms +1000 +topic")
                .containsPattern("PARTITION +LEADER +EPOCH +REPLICAS +ISR")
                .containsPattern("\n +1 +0 +3 +0 +0 +- +1 +0 +0 ");
    }

    @Test
    void programsGetTheMessagesOfTheProtocol() throws IOException {
        JsonNode created = json("create", "orders", "--partitions", "2");
        JsonNode listed = json("list");
        JsonNode described = json("describe", "orders");

        assertThat(created.get("partitionCount").asInt()).isEqualTo(2);
        assertThat(listed.get("topicId")).isEqualTo(created.get("topicId"));
        assertThat(described.get("partitioner").asText()).isEqualTo("PARTITIONER_MURMUR2");
        JsonNode partition = described.get("partitions").get(1);
        assertThat(partition.get("leaderId").asInt()).isZero();
        assertThat(partition.get("partitionEpoch").isTextual()).isTrue();
        assertThat(partition.get("lastKnownLeaderId")).isNull();
        assertThat(partition.get("offsets").get("highWatermark").asText()).isEqualTo("0");
        JsonNode replica = partition.get("replicas").get(0);
        assertThat(replica.get("state").asText()).isEqualTo("REPLICA_STATE_ONLINE");
        assertThat(replica.get("progress").get("lagTime").asText()).isEqualTo("0s");
    }

    @Test
    void aTopicThatIsThereIsAFailureUnlessThatIsAllowed() {
        cluster.createTopic("orders", 1);

        assertFails(topic("create", "orders"), "orders", "--if-not-exists");
        Cli.Result allowed = topic("create", "orders", "--if-not-exists");
        assertThat(allowed.exitCode()).isZero();
        assertThat(allowed.err()).contains("already");
    }

    @Test
    void settingsAreChangedAndTakenBack() {
        cluster.createTopic("orders", 1);

        assertThat(topic("alter", "orders", "--config", "retention.ms=5").out())
                .containsPattern("retention.ms +5 +topic");
        Cli.Result unset = topic("alter", "orders", "--unset", "retention.ms");
        assertThat(unset.exitCode()).as(unset.err()).isZero();
        assertThat(unset.out()).doesNotContain("retention.ms");
    }

    @Test
    void partitionsAreAddedAndNeverTakenAway() throws IOException {
        cluster.createTopic("orders", 1);

        assertThat(topic("alter", "orders", "--partitions", "3").err())
                .contains("added partitions 1 to 2");
        assertThat(topic("alter", "orders", "--partitions", "3").err())
                .contains("3 partitions already");
        assertFails(topic("alter", "orders", "--partitions", "2"), "cannot be taken away");
        assertThat(json("describe", "orders").get("partitions")).hasSize(3);
    }

    @Test
    void trimMovesTheStart() {
        cluster.createTopic("orders", 1);
        produce("orders", "a\nb\nc\n");

        assertThat(topic("trim", "orders", "--partition", 0, "--before", 2).err())
                .contains("orders-0 begins at offset 2");
        assertThat(topic("offsets", "orders").out())
                .isEqualTo(
                        "PARTITION  LOG START  HIGH WATERMARK\n        0          2               3\n");
        assertThat(topic("offsets", "orders", "-o", "json").out())
                .isEqualTo(
                        "{\"topic\":\"orders\",\"partition\":0,\"logStartOffset\":\"2\",\"highWatermark\":\"3\"}\n");
        assertFails(topic("trim", "orders", "--partition", 0, "--before", 4), "high watermark 3");
    }

    private void produce(String name, String lines) {
        Cli.Result result =
                Cli.run(lines.getBytes(UTF_8), "--bootstrap", cluster.bootstrap(), "produce", name);
        assertThat(result.exitCode()).as(result.err()).isZero();
    }

    @Test
    void whatIsDeletedIsGone() {
        cluster.createTopic("orders", 1);

        assertThat(topic("delete", "orders").exitCode()).isZero();
        assertFails(topic("delete", "orders"), "orders", "taffrail topic list");
        assertFails(topic("describe", "orders"), "orders", "taffrail topic list");
        assertThat(topic("list").lines()).hasSize(1);
    }
}
