// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.Table;
import io.taffrail.cli.json.TopicJson;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.TopicSummary;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code taffrail topic list}. */
@Command(name = "list", description = "List the topics, by name.")
final class ListCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Only topics whose names begin so.")
    private String prefix;

    @Option(names = "--internal", description = "Also Taffrail's own, whose names begin with '__'.")
    private boolean internal;

    ListCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        try (TaffrailClient client = connection.open()) {
            show(TaffrailClient.await(client.admin().listTopics(prefix, internal)));
        }
        return ExitCode.OK;
    }

    private void show(List<TopicSummary> topics) throws IOException {
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                for (TopicSummary topic : topics) {
                    lines.line(json -> TopicJson.summary(json, topic));
                }
            }
            return;
        }
        Table table = new Table("TOPIC", "PARTITIONS", "REPLICAS", "ID");
        for (TopicSummary topic : topics) {
            table.row(
                    topic.topic(),
                    topic.partitionCount(),
                    topic.replicationFactor(),
                    topic.topicId());
        }
        table.writeTo(streams.out());
    }
}
