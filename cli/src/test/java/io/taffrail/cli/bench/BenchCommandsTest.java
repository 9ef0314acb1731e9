// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

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

class BenchCommandsTest {
    private FakeCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = FakeCluster.start();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Cli.Result bench(Object... args) {
        Stream<Object> head = Stream.of("--bootstrap", cluster.bootstrap(), "bench");
        return Cli.run(Stream.concat(head, Stream.of(args)).toArray());
    }

    private JsonNode json(Object... args) throws IOException {
        Cli.Result result =
                bench(Stream.concat(Stream.of(args), Stream.of("-o", "json")).toArray());
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        return new ObjectMapper().readTree(result.out());
    }

    @Test
    void whatIsProducedIsConsumed() throws IOException {
        JsonNode produced =
                json("produce", "--bytes", 200_000, "--record-bytes", 100, "--partitions", 2);
        JsonNode consumed = json("consume");

        assertThat(produced.get("records").asText()).isEqualTo("2000");
        assertThat(produced.get("megabytesPerSecond").asDouble()).isPositive();
        JsonNode latency = produced.get("latencyMicros").get("acknowledged");
        assertThat(latency.get("p50").asLong())
                .isPositive()
                .isLessThanOrEqualTo(latency.get("p999").asLong());
        assertThat(consumed.get("records").asText()).isEqualTo("2000");
        assertThat(consumed.get("bytes").asText()).isEqualTo("200000");
        assertThat(cluster.records("bench", 0) + cluster.records("bench", 1)).isEqualTo(2000);
    }

    @Test
    void latencyCountsEveryRecordBothWays() throws IOException {
        JsonNode figures = json("latency", "--records", 200, "--rate", 2000, "--topic", "tail");

        assertThat(figures.get("latencyMicros").get("acknowledged").get("max").asLong())
                .isPositive();
        assertThat(figures.get("latencyMicros").get("consumed").get("max").asLong()).isPositive();
        assertThat(cluster.records("tail", 0)).isEqualTo(200);
    }

    @Test
    void peopleGetATable() {
        Cli.Result result =
                bench("produce", "--records", 10, "--server-pid", ProcessHandle.current().pid());

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out())
                .startsWith("produce: 1024-byte records")
                .containsPattern("RECORDS +MB +SECONDS +MB/S +RECORDS/S +SERVER CPU S/GB\n +10 ")
                .containsPattern("\nacknowledged( +[0-9.]+){5}\n");
    }

    @Test
    void anEmptyTopicCannotBeMeasured() {
        cluster.createTopic("bench", 1);

        Cli.Result result = bench("consume");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("taffrail bench produce").hasLineCount(1);
    }
}
