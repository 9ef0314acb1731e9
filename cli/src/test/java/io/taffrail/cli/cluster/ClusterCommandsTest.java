// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taffrail.api.v1.ClusterHealth;
import io.taffrail.cli.Cli;
import io.taffrail.cli.fake.FakeCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterCommandsTest {
    private FakeCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = FakeCluster.start();
        cluster.createTopic("orders", 2);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Cli.Result run(Object... args) {
        Stream<Object> tail = Stream.of("--bootstrap", cluster.bootstrap());
        return Cli.run(Stream.concat(Stream.of(args), tail).toArray());
    }

    private JsonNode json(Object... args) throws IOException {
        Cli.Result result = run(Stream.concat(Stream.of(args), Stream.of("-o", "json")).toArray());
        assertThat(result.exitCode()).as(result.err()).isZero();
        return new ObjectMapper().readTree(result.out());
    }

    @Test
    void describesTheCluster() throws IOException {
        assertThat(run("cluster", "describe").out())
                .contains("topics 1, partitions 2, controllers [0], active 0")
                .containsPattern("0 +active +" + cluster.bootstrap());
        JsonNode json = json("cluster", "describe");
        assertThat(json.get("brokers").get(0).get("state").asText())
                .isEqualTo("BROKER_STATE_ACTIVE");
        assertThat(json.get("version").get("index").asText()).isEqualTo("20");
        assertThat(json.get("activeControllerId").asInt()).isZero();
    }

    @Test
    void aHealthyClusterIsToldByTheExitCode() throws IOException {
        Cli.Result health = run("cluster", "health");

        assertThat(health.exitCode()).as(health.err()).isZero();
        assertThat(health.out()).startsWith("healthy: brokers 1, topics 1, partitions 2");
        assertThat(json("cluster", "health").get("healthy").asBoolean()).isTrue();
    }

    @Test
    void anIllOneFailsAndSaysWhy() throws IOException {
        cluster.setHealth(ClusterHealth.newBuilder().setLeaderlessPartitionCount(2).build());

        Cli.Result text = run("cluster", "health");
        Cli.Result json = run("cluster", "health", "-o", "json");

        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(text.out()).startsWith("not healthy:\n  2 partitions without a leader");
        assertThat(json.exitCode()).isEqualTo(1);
        JsonNode read = new ObjectMapper().readTree(json.out());
        assertThat(read.get("healthy").asBoolean()).isFalse();
        assertThat(read.get("reasons")).hasSize(1);
        assertThat(read.get("health").get("leaderlessPartitionCount").asInt()).isEqualTo(2);
    }

    @Test
    void showsTheQuorum() throws IOException {
        assertThat(run("cluster", "quorum").out())
                .contains("leader 0, term 1")
                .containsPattern("1 +follower +127.0.0.1:9751 +127.0.0.1:9750 +18 +2 +40 ms");
        JsonNode peer = json("cluster", "quorum").get("peers").get(1);
        assertThat(peer.get("role").asText()).isEqualTo("QUORUM_ROLE_FOLLOWER");
        assertThat(peer.get("sinceLastContact").asText()).isEqualTo("0.040s");
        assertThat(peer.get("lagEntries").asText()).isEqualTo("2");
    }

    @Test
    void showsABroker() throws IOException {
        assertThat(run("broker", "describe", 0).out())
                .contains("broker 0: active since 2023-11-14T22:13:20Z, version 0.1.0")
                .contains("leads 3 of its 3 replicas; is a controller too")
                .containsPattern("/var/lib/taffrail +online +3 +5000 +60000 +1000 +100000");
        JsonNode json = json("broker", "describe", 0);
        assertThat(json.get("registerTime").asText()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(json.get("endpoints").get(0).get("kind").asText())
                .isEqualTo("ENDPOINT_KIND_API");
        assertThat(json.get("directories").get(0).get("freeBytes").asText())
                .isEqualTo("60000000000");
    }

    @Test
    void aBrokerThatIsNotThereIsAFailure() {
        Cli.Result result = run("broker", "describe", 7);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("broker 7 is not registered").hasLineCount(1);
    }

    @Test
    void watchTellsAllThatIsAndEndsWhenNobodyReadsAnyMore() {
        StringBuilder told = new StringBuilder();
        OutputStream head =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        told.append((char) b);
                        if (told.toString().endsWith("replicas of each 1\n")) {
                            throw new IOException("Broken pipe");
                        }
                    }
                };

        Cli.Result result =
                Cli.runInto(
                        head, new byte[0], "cluster", "watch", "--bootstrap", cluster.bootstrap());

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(told)
                .isEqualToIgnoringNewLines(
                        "broker 0: active, "
                                + cluster.bootstrap()
                                + "\ntopic orders: partitions 2, replicas of each 1\n");
    }

    @Test
    void whereNothingListensItSaysSoInALine() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        Cli.Result result = Cli.run("cluster", "health", "--bootstrap", "127.0.0.1:" + port);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("127.0.0.1:" + port, "taffrail server", "--bootstrap")
                .hasLineCount(1);
    }
}
