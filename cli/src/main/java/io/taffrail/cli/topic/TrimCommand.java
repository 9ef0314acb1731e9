// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.DeletedRecords;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code taffrail topic trim}. */
@Command(
        name = "trim",
        description = {
            "Delete the records of a partition before an offset.",
            "Where the partition begins behind OFFSET already, nothing happens."
        })
final class TrimCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "NAME", converter = TopicName.class, description = "The topic.")
    private String name;

    @Option(
            names = "--partition",
            paramLabel = "P",
            required = true,
            description = "The partition, from 0.")
    private int partition;

    @Option(
            names = "--before",
            paramLabel = "OFFSET",
            required = true,
            description =
                    "The first offset that stays; at most the high watermark, which deletes all that"
                            + " can be read now.")
    private long before;

    TrimCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() {
        if (partition < 0 || before < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--partition and --before must not be negative");
        }
        PartitionRef ref = PartitionRef.of(name, partition);
        try (TaffrailClient client = connection.open()) {
            DeletedRecords deleted =
                    TaffrailClient.await(
                                    client.admin()
                                            .deleteRecords(Map.of(ref, OptionalLong.of(before))))
                            .get(ref);
            if (deleted.error().isPresent()) {
                throw deleted.error().get();
            }
            streams.err()
                    .println(ref + " begins at offset " + deleted.logStartOffset().getAsLong());
        }
        return ExitCode.OK;
    }
}
