// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.controller;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.ActiveController;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code taffrail cluster transfer-controller}. */
@Command(
        name = "transfer-controller",
        description = "Hand the active controller's duties to another controller.")
public final class TransferControllerCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Parameters(
            arity = "0..1",
            paramLabel = "NODE",
            description = "Who takes them. Default: whoever of the others is furthest.")
    private Integer nodeId;

    public TransferControllerCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        ActiveController active;
        try (TaffrailClient client = connection.open()) {
            OptionalInt target = nodeId == null ? OptionalInt.empty() : OptionalInt.of(nodeId);
            active = TaffrailClient.await(client.admin().transferControllerLeadership(target));
        }
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(
                        json -> {
                            json.writeNumberField("leaderId", active.nodeId());
                            JsonLines.int64(json, "term", active.term());
                        });
            }
        }
        streams.err()
                .println("node " + active.nodeId() + " is active now, in term " + active.term());
        return ExitCode.OK;
    }
}
