// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Interruption;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.WatchJson;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.ClusterEvent;
import io.taffrail.client.admin.ClusterUpdate;
import io.taffrail.client.admin.ClusterWatch;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code taffrail cluster watch}. */
@Command(
        name = "watch",
        description = {
            "Tell all that is in the cluster, then what changes, until Ctrl-C.",
            "Each thing is shown whole, as it is now. Breaks of the connection are mended: then all"
                    + " is told again."
        })
final class WatchCommand implements Callable<Integer> {
    private static final int LOOK_EVERY_MS = 200;

    private final Streams streams;
    private final Connection connection;
    private final BlockingQueue<ClusterUpdate> updates = new LinkedBlockingQueue<>();

    @Mixin private OutputOption output;

    WatchCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (TaffrailClient client = connection.open();
                Interruption interruption = Interruption.listen(() -> {});
                ClusterWatch watch = client.admin().watchCluster(updates::add)) {
            while (!interruption.asked()) {
                ClusterUpdate update = updates.poll(LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
                if (update != null) {
                    show(update);
                } else if (watch.ended().isDone()) {
                    TaffrailClient.await(watch.ended());
                    break;
                }
            }
        }
        return ExitCode.OK;
    }

    private void show(ClusterUpdate update) throws IOException {
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> WatchJson.update(json, update));
            }
            return;
        }
        if (update.restarted()) {
            streams.err().println("the watch begins anew");
        }
        StringBuilder text = new StringBuilder();
        for (ClusterEvent event : update.events()) {
            text.append(EventText.of(event)).append('\n');
        }
        streams.out().write(text.toString().getBytes(UTF_8));
        if (update.initialComplete()) {
            streams.err().println("that is all; from here on, what changes");
        }
    }
}
