// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.ClusterJson;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.ClusterDescription;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code taffrail cluster describe}. */
@Command(name = "describe", description = "Show the brokers, the controllers and what they keep.")
final class DescribeCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    DescribeCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        ClusterDescription cluster;
        try (TaffrailClient client = connection.open()) {
            cluster = TaffrailClient.await(client.admin().describeCluster());
        }
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> ClusterJson.description(json, cluster));
            }
        } else {
            ClusterTables.write(cluster, streams.out());
        }
        return ExitCode.OK;
    }
}
