// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.TopicJson;
import io.taffrail.client.Admin;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.PartitionDescription;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code taffrail topic alter}. */
@Command(
        name = "alter",
        description = {
            "Change settings of a topic, or add partitions to it.",
            "Settings come first: if adding partitions fails, the settings are changed. Partitions"
                    + " cannot be taken away, and with more of them keys move: records of one key"
                    + " before and after are in different partitions. Shows the settings after the"
                    + " change."
        })
final class AlterCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "NAME", converter = TopicName.class, description = "The topic.")
    private String name;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "How many partitions there shall be in all.")
    private Integer partitions;

    @Option(
            names = "--config",
            paramLabel = "KEY=VALUE",
            description = "A setting to change. May be repeated.")
    private Map<String, String> set = Map.of();

    @Option(
            names = "--unset",
            paramLabel = "KEY",
            description = "A setting that shall follow the cluster's default. May be repeated.")
    private Set<String> unset = Set.of();

    AlterCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        requireSense();
        try (TaffrailClient client = connection.open()) {
            if (!set.isEmpty() || !unset.isEmpty()) {
                show(TaffrailClient.await(client.admin().alterTopicConfig(name, set, unset)));
            }
            if (partitions != null) {
                addPartitions(client.admin());
            }
        }
        return ExitCode.OK;
    }

    private void requireSense() {
        if (partitions == null && set.isEmpty() && unset.isEmpty()) {
            throw wrong("nothing to change: give --partitions, --config or --unset");
        }
        if (partitions != null && partitions < 1) {
            throw wrong("--partitions is " + partitions + ": allowed is 1 and above");
        }
        Set<String> both = new TreeSet<>(set.keySet());
        both.retainAll(unset);
        if (!both.isEmpty()) {
            throw wrong("--config and --unset both name " + String.join(", ", both));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void addPartitions(Admin admin) {
        List<PartitionDescription> added =
                TaffrailClient.await(admin.createPartitions(name, partitions));
        streams.err()
                .println(
                        added.isEmpty()
                                ? "it has " + partitions + " partitions already"
                                : "added partitions "
                                        + added.get(0).partition()
                                        + " to "
                                        + (partitions - 1));
    }

    private void show(List<ConfigEntry> configs) throws IOException {
        if (!output.json()) {
            TopicTables.configs(configs).writeTo(streams.out());
            return;
        }
        try (JsonLines lines = new JsonLines(streams.out())) {
            for (ConfigEntry config : configs) {
                lines.line(json -> TopicJson.config(json, config));
            }
        }
    }
}
