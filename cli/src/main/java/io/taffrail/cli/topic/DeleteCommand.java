// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.topic;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import io.taffrail.client.TaffrailClient;
import io.taffrail.model.TopicId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** {@code taffrail topic delete}. */
@Command(name = "delete", description = "Delete a topic and all its records, without asking.")
final class DeleteCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Parameters(paramLabel = "NAME", converter = TopicName.class, description = "The topic.")
    private String name;

    DeleteCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() {
        try (TaffrailClient client = connection.open()) {
            TopicId deleted = TaffrailClient.await(client.admin().deleteTopic(name));
            streams.err().println("deleted the topic '" + name + "', id " + deleted);
        }
        return ExitCode.OK;
    }
}
