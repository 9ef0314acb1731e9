// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import io.taffrail.broker.node.Server;
import io.taffrail.cli.Streams;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code taffrail server}: its options; the work is {@link Server}'s. */
@Command(
        name = "server",
        description = {
            "Run one node, broker and controller in one, until it is stopped by Ctrl-C or SIGTERM.",
            "Without options its data is in ./data, and it listens on this machine alone: on port"
                    + " 9650 for clients, 9651 for other controllers, 9652 for metrics and health"
                    + " over HTTP. --set goes before TAFFRAIL_… in the environment, and that before"
                    + " the file. Memory and other options of Java: TAFFRAIL_JAVA_OPTS."
        })
public final class ServerCommand implements Callable<Integer> {
    /** Stops the node when its parent asks for it by closing the pipe, or is gone. */
    static final String STOP_WITH_STDIN = "--stop-with-stdin";

    private final Streams streams;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings in YAML. Default: none.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting, such as data.dir=/var/lib/taffrail. May be repeated.")
    private List<String> sets = List.of();

    @Option(names = STOP_WITH_STDIN, hidden = true)
    private boolean stopWithStdin;

    public ServerCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        CompletableFuture<Integer> ending = new CompletableFuture<>();
        if (stopWithStdin) {
            Thread watch = new Thread(() -> completeAtEndOfStdin(ending), "stdin");
            watch.setDaemon(true);
            watch.start();
        }
        return Server.run(Optional.ofNullable(config), sets, System.getenv(), ending);
    }

    private void completeAtEndOfStdin(CompletableFuture<Integer> ending) {
        try {
            streams.in().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            streams.err().println("taffrail server: stdin is gone: " + e.getMessage());
        }
        ending.complete(Server.EXIT_OK);
    }
}
