// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import io.taffrail.client.TaffrailClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** {@code taffrail broker unregister}. */
@Command(
        name = "unregister",
        description = {
            "Forget a broker for good.",
            "It must be stopped and hold no replica: 'taffrail broker decommission' moves them off"
                    + " it."
        })
public final class UnregisterCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Parameters(paramLabel = "ID", description = "The broker's id.")
    private int brokerId;

    public UnregisterCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() {
        try (TaffrailClient client = connection.open()) {
            TaffrailClient.await(client.admin().unregisterBroker(brokerId));
        }
        streams.err().println("broker " + brokerId + " is forgotten");
        return ExitCode.OK;
    }
}
