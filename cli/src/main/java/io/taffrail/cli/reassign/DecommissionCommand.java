// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.Connection;
import io.taffrail.cli.Interruption;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.ProgressLine;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.ReassignmentJson;
import io.taffrail.client.Admin;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.DecommissionStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code taffrail broker decommission}. */
@Command(
        name = "decommission",
        description = {
            "Move everything off a broker, and give it nothing new.",
            "It waits until the broker is empty, which may then be stopped and unregistered. Ctrl-C"
                    + " ends the waiting, not the work: the same command shows again how far it"
                    + " is. It fails when nothing more can be moved."
        })
public final class DecommissionCommand implements Callable<Integer> {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "ID", description = "The broker's id.")
    private int brokerId;

    @Mixin private ThrottleOption throttle;

    @Option(
            names = "--cancel",
            description =
                    "Stop emptying it: moves off it are taken back, and it gets replicas again.")
    private boolean cancel;

    @Option(names = "--no-wait", description = "Begin, or look how far it is, and end at once.")
    private boolean noWait;

    public DecommissionCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (cancel && throttle.bytesPerSecond().isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "--cancel and --throttle exclude each other");
        }
        try (TaffrailClient client = connection.open();
                Interruption interruption = Interruption.listen(() -> {})) {
            DecommissionProgress progress = new DecommissionProgress();
            if (cancel) {
                progress.update(TaffrailClient.await(client.admin().cancelDecommission(brokerId)));
                show(progress, "broker " + brokerId + " is not being emptied any more");
                return ExitCode.OK;
            }
            look(client.admin(), progress, throttle.bytesPerSecond());
            if (!noWait) {
                await(client.admin(), progress, interruption);
            }
            show(progress, progress.sentence(brokerId));
            return progress.isStuck() ? ExitCode.SOFTWARE : ExitCode.OK;
        }
    }

    private void look(Admin admin, DecommissionProgress progress, OptionalLong bytesPerSecond) {
        progress.update(TaffrailClient.await(admin.decommissionBroker(brokerId, bytesPerSecond)));
    }

    private void await(Admin admin, DecommissionProgress progress, Interruption interruption)
            throws InterruptedException {
        ProgressLine line = new ProgressLine(streams);
        try {
            while (!progress.isDone() && !progress.isStuck() && !interruption.asked()) {
                line.show(nanos -> progress.text());
                Thread.sleep(LOOK_EVERY.toMillis());
                look(admin, progress, OptionalLong.empty());
            }
        } finally {
            line.end();
        }
    }

    private void show(DecommissionProgress progress, String sentence) throws IOException {
        DecommissionStatus status = progress.status();
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> ReassignmentJson.decommission(json, status));
            }
        }
        streams.err().println(sentence);
    }
}
