// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.TopicJson;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.TopicDescription;
import io.taffrail.model.LogError;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code taffrail topic create}. */
@Command(
        name = "create",
        description = {
            "Make a topic.",
            "What is not given follows the cluster's defaults. Settings are those that"
                    + " 'topic describe' shows, such as retention.ms or cleanup.policy."
        })
final class CreateCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "NAME", converter = TopicName.class, description = "The topic.")
    private String name;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "How many partitions. Default: the cluster's.")
    private Integer partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "R",
            description = "How many replicas of each partition. Default: the cluster's.")
    private Integer replicationFactor;

    @Option(
            names = "--config",
            paramLabel = "KEY=VALUE",
            description = "A setting of the topic's own. May be repeated.")
    private Map<String, String> configs = Map.of();

    @Option(
            names = "--if-not-exists",
            description = "Where there is a topic of that name already, leave it as it is.")
    private boolean ifNotExists;

    CreateCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        NewTopic topic = newTopic();
        try (TaffrailClient client = connection.open()) {
            show(TaffrailClient.await(client.admin().createTopic(topic)));
        } catch (TaffrailException e) {
            if (!ifNotExists || !e.is(LogError.TOPIC_EXISTS)) {
                throw e;
            }
            streams.err().println("there is a topic '" + name + "' already");
        }
        return ExitCode.OK;
    }

    private NewTopic newTopic() {
        NewTopic topic = NewTopic.named(name).withConfigs(configs);
        if (partitions != null) {
            topic = topic.withPartitionCount(atLeastOne("--partitions", partitions));
        }
        if (replicationFactor != null) {
            topic =
                    topic.withReplicationFactor(
                            atLeastOne("--replication-factor", replicationFactor));
        }
        return topic;
    }

    private int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ": allowed is 1 and above");
        }
        return value;
    }

    private void show(TopicDescription topic) throws IOException {
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> TopicJson.description(json, topic));
            }
            return;
        }
        streams.err()
                .printf(
                        "made the topic '%s': partitions %d, replicas of each %d%n",
                        topic.topic(), topic.partitionCount(), topic.replicationFactor());
    }
}
