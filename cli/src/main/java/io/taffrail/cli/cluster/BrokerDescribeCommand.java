// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.Table;
import io.taffrail.cli.json.BrokerJson;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.BrokerDescription;
import io.taffrail.client.admin.BrokerEndpoint;
import io.taffrail.client.admin.DirectoryDescription;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code taffrail broker describe}. */
@Command(
        name = "describe",
        description = "Show a broker: its registration, endpoints, disks and load.")
final class BrokerDescribeCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "ID", description = "The broker's id.")
    private int brokerId;

    BrokerDescribeCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        BrokerDescription broker;
        try (TaffrailClient client = connection.open()) {
            broker = TaffrailClient.await(client.admin().describeBroker(brokerId));
        }
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> BrokerJson.description(json, broker));
            }
        } else {
            writeTables(broker);
        }
        return ExitCode.OK;
    }

    private void writeTables(BrokerDescription broker) throws IOException {
        String head =
                "broker %d: %s since %s, version %s, feature levels %d to %d, epoch %d%n"
                                .formatted(
                                        broker.summary().brokerId(),
                                        ClusterTables.state(broker.summary()),
                                        broker.registerTime(),
                                        broker.softwareVersion(),
                                        broker.minFeatureLevel(),
                                        broker.maxFeatureLevel(),
                                        broker.summary().brokerEpoch())
                        + "leads %d of its %d replicas%s%n%n"
                                .formatted(
                                        broker.leaderCount(),
                                        broker.replicaCount(),
                                        broker.controller() ? "; is a controller too" : "");
        streams.out().write(head.getBytes(UTF_8));
        Table endpoints = new Table("ENDPOINT", "ADDRESS");
        for (BrokerEndpoint endpoint : broker.endpoints()) {
            endpoints.row(endpoint.kind().name().toLowerCase(Locale.ROOT), endpoint.address());
        }
        endpoints.writeTo(streams.out());
        streams.out().write('\n');
        directories(broker).writeTo(streams.out());
    }

    private static Table directories(BrokerDescription broker) {
        Table table =
                new Table(
                        "DIRECTORY",
                        "STATE",
                        "REPLICAS",
                        "LOGS MB",
                        "FREE MB",
                        "RESERVE MB",
                        "DISK MB",
                        "ID");
        for (DirectoryDescription directory : broker.directories()) {
            table.row(
                    directory.path(),
                    directory.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    directory.replicaCount(),
                    directory.logBytes() / 1_000_000,
                    directory.freeBytes() / 1_000_000,
                    directory.reserveBytes() / 1_000_000,
                    directory.totalBytes() / 1_000_000,
                    directory.directoryId());
        }
        return table;
    }
}
