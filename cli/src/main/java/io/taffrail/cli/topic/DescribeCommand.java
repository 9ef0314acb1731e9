// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.TopicJson;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.TopicDescription;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code taffrail topic describe}. */
@Command(
        name = "describe",
        description = {
            "Show a topic: its settings, its partitions, and how far each replica is.",
            "ISR are the brokers that are in sync; ELR those outside of it that still have every"
                    + " committed record. LAG is how many records each replica lacks, in the order"
                    + " of REPLICAS: ? if its leader does not tell."
        })
final class DescribeCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "NAME", converter = TopicName.class, description = "The topic.")
    private String name;

    DescribeCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        TopicDescription topic;
        try (TaffrailClient client = connection.open()) {
            topic = TaffrailClient.await(client.admin().describeTopic(name, true));
        }
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> TopicJson.description(json, topic));
            }
        } else {
            TopicTables.write(topic, streams.out());
        }
        return ExitCode.OK;
    }
}
