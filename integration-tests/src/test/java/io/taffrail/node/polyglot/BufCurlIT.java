// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.polyglot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.rpc.ErrorInfo;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a shell, with no stubs at all: everything that is known of the services is reflected. */
class BufCurlIT {
    private static final String LOG = "taffrail.v1.LogService/";
    private static final String ADMIN = "taffrail.v1.AdminService/";

    @TempDir private static Path folder;
    private static NodeProcess node;
    private static Buf buf;

    @BeforeAll
    static void start() throws IOException {
        Buf.install();
        node = NodeProcess.start(folder);
        buf = Buf.to(node.api().toString());
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void listsWhatTheServerServes() throws IOException {
        assertThat(buf.methods())
                .contains(
                        LOG + "Produce",
                        LOG + "Append",
                        LOG + "Fetch",
                        LOG + "Read",
                        LOG + "ListOffsets",
                        LOG + "InitProducer",
                        LOG + "WatchTopics",
                        ADMIN + "CreateTopic",
                        ADMIN + "DescribeCluster",
                        "grpc.health.v1.Health/Check");
    }

    @Test
    void appendsAndReadsRecordsAsJson() throws IOException {
        JsonNode created =
                buf.call(
                        ADMIN + "CreateTopic",
                        """
                        {"topic": "shell", "partitionCount": 2,
                         "configs": {"retention.ms": "3600000"}}
                        """);
        assertThat(created.at("/topic/topic").textValue()).isEqualTo("shell");
        assertThat(created.at("/topic/partitionCount").intValue()).isEqualTo(2);

        JsonNode appended =
                buf.call(
                        LOG + "Append",
                        """
                        {"topic": "shell", "partition": 1, "records": [
                          {"key": "aw==", "value": "dg==", "timestampMs": "1700000000000"},
                          {"value": ""}]}
                        """);
        assertThat(appended.at("/places/0/partition").intValue()).isEqualTo(1);
        assertThat(appended.at("/places/0/offset").textValue()).isEqualTo("0");
        assertThat(appended.at("/places/1/offset").textValue()).isEqualTo("1");

        JsonNode read = buf.call(LOG + "Read", "{\"topic\": \"shell\", \"partition\": 1}");
        assertThat(read.at("/highWatermark").textValue()).isEqualTo("2");
        assertThat(read.at("/next/offset").textValue()).isEqualTo("2");
        assertThat(read.at("/records")).hasSize(2);
        assertThat(read.at("/records/0/key").textValue()).isEqualTo("aw==");
        assertThat(read.at("/records/0/value").textValue()).isEqualTo("dg==");
        assertThat(read.at("/records/0/timestampMs").textValue()).isEqualTo("1700000000000");
        assertThat(read.at("/records/1/value").textValue()).isEmpty();
        assertThat(read.at("/records/1").has("key")).isFalse();
    }

    @Test
    void describesTheCluster() throws IOException {
        JsonNode cluster = buf.call(ADMIN + "DescribeCluster", "{}");
        assertThat(cluster.at("/clusterId").textValue()).isNotEmpty();
        assertThat(cluster.findValue("brokers")).hasSize(1);
    }

    @Test
    void showsErrorsWithTheirDetails() throws IOException {
        JsonNode error = buf.refused(LOG + "Read", "{\"topic\": \"not-there\", \"partition\": 0}");
        assertThat(error.at("/code").textValue()).isEqualTo("not_found");
        assertThat(error.at("/message").textValue()).contains("not-there");
        assertThat(error.at("/details/0/type").textValue()).isEqualTo("google.rpc.ErrorInfo");
        byte[] detail = Base64.getDecoder().decode(error.at("/details/0/value").textValue());
        assertThat(ErrorInfo.parseFrom(detail).getReason()).isEqualTo("UNKNOWN_TOPIC");
    }
}
