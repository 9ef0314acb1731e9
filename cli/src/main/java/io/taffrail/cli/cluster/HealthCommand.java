// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.ClusterJson;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.ClusterDescription;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code taffrail cluster health}. */
@Command(
        name = "health",
        description = {
            "Say whether the cluster is healthy, and if not, why.",
            "Exits with 1 if it is not, or cannot be reached."
        })
final class HealthCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    HealthCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        ClusterDescription cluster;
        try (TaffrailClient client = connection.open()) {
            cluster = TaffrailClient.await(client.admin().describeCluster());
        }
        List<String> ailments = Ailments.of(cluster);
        if (output.json()) {
            writeJson(cluster, ailments);
        } else {
            writeText(cluster, ailments);
        }
        return ailments.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void writeText(ClusterDescription cluster, List<String> ailments) throws IOException {
        StringBuilder text = new StringBuilder();
        if (ailments.isEmpty()) {
            text.append(
                    "healthy: brokers %d, topics %d, partitions %d, each with all its replicas in sync%n"
                            .formatted(
                                    cluster.brokers().size(),
                                    cluster.health().topicCount(),
                                    cluster.health().partitionCount()));
        } else {
            text.append("not healthy:\n");
            ailments.forEach(ailment -> text.append("  ").append(ailment).append('\n'));
        }
        int moving = cluster.health().reassigningPartitionCount();
        if (moving > 0) {
            text.append("partitions being moved: ").append(moving).append('\n');
        }
        streams.out().write(text.toString().getBytes(UTF_8));
    }

    private void writeJson(ClusterDescription cluster, List<String> ailments) throws IOException {
        try (JsonLines lines = new JsonLines(streams.out())) {
            lines.line(
                    json -> {
                        json.writeBooleanField("healthy", ailments.isEmpty());
                        json.writeArrayFieldStart("reasons");
                        for (String ailment : ailments) {
                            json.writeString(ailment);
                        }
                        json.writeEndArray();
                        json.writeObjectFieldStart("health");
                        ClusterJson.health(json, cluster.health());
                        json.writeEndObject();
                    });
        }
    }
}
