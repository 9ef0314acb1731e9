// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Streams;
import io.taffrail.cli.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code taffrail dev-cluster}: its options; the nodes are kept up by {@link NodeKeeper}. */
@Command(
        name = "dev-cluster",
        description = {
            "Run a cluster of several nodes on this machine, for development, until Ctrl-C.",
            "The same command starts it again on the same data. Three nodes or more have three"
                    + " controllers, fewer have one. A node that ends, such as by kill -9, is told"
                    + " and started again after a few seconds, unless it ended soon after its"
                    + " start."
        })
public final class DevClusterCommand implements Callable<Integer> {
    private static final int MOST_NODES = 100;
    private static final int DEFAULT_NODES = 3;
    private static final int DEFAULT_PORT = 9650;

    private final Streams streams;
    private final String mainClass;

    @Spec private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many nodes. Default: as many as the data is of, or else 3.")
    private Integer nodes;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Where the data and logs of all nodes are. Made if it is not there.")
    private Path directory;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Node n listens on PORT + 10 n for clients, and on the next two for Raft and"
                            + " HTTP. Default: as the data says, or else 9650.")
    private Integer port;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of every node, as for 'taffrail server'. May be repeated.")
    private List<String> sets = List.of();

    /**
     * @param mainClass the program that has the command {@code server}, for the child processes
     */
    public DevClusterCommand(Streams streams, String mainClass) {
        this.streams = streams;
        this.mainClass = mainClass;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireSense();
        LocalCluster cluster = new LocalCluster(mainClass, directory, layout(), sets);
        AtExit stop = AtExit.run(cluster::stop);
        try {
            start(cluster);
            new NodeKeeper(cluster, streams.err()).run();
            return ExitCode.OK;
        } catch (IOException e) {
            if (cluster.isStopping()) {
                return ExitCode.OK; // by Ctrl-C, under which the rest breaks down
            }
            throw e;
        } finally {
            stop.close();
        }
    }

    private void start(LocalCluster cluster) throws IOException, InterruptedException {
        long started = System.nanoTime();
        streams.err().println("starting " + cluster.size() + " nodes, their data in " + directory);
        cluster.start();
        cluster.awaitReady();
        double seconds = (System.nanoTime() - started) / 1e9;
        streams.err().printf(Locale.ROOT, "ready after %.1f s%n", seconds);
        showAddresses(cluster);
    }

    private void requireSense() {
        if (nodes != null && (nodes < 1 || nodes > MOST_NODES)) {
            throw wrong("--nodes is " + nodes + ": allowed is 1 to " + MOST_NODES);
        }
        for (String set : sets) {
            if (set.indexOf('=') < 1) {
                throw wrong("--set is '" + set + "': it must be KEY=VALUE");
            }
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** That of the data, if there is any; else a new one, which is kept. */
    private ClusterLayout layout() throws IOException {
        Files.createDirectories(directory);
        Optional<ClusterLayout> kept = ClusterLayout.load(directory);
        if (kept.isPresent()) {
            requireSame(kept.get());
            return kept.get();
        }
        ClusterLayout made = newLayout();
        made.save(directory);
        return made;
    }

    private ClusterLayout newLayout() {
        try {
            return ClusterLayout.from(
                    port == null ? DEFAULT_PORT : port, nodes == null ? DEFAULT_NODES : nodes);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private void requireSame(ClusterLayout kept) throws CommandFailedException {
        int keptPort = kept.nodes().get(0).api().port();
        if (nodes != null && nodes != kept.nodes().size()) {
            throw changed(kept.nodes().size() + " nodes, not " + nodes);
        }
        if (port != null && port != keptPort) {
            throw changed("nodes from port " + keptPort + ", not " + port);
        }
    }

    private CommandFailedException changed(String what) {
        return new CommandFailedException(
                directory
                        + " is of a cluster of "
                        + what
                        + ": leave the option out, or name another --data");
    }

    private void showAddresses(LocalCluster cluster) throws IOException {
        Table table = new Table("NODE", "CLIENTS", "HTTP", "PROCESS", "LOG");
        for (int node = 0; node < cluster.size(); node++) {
            table.row(
                    node,
                    cluster.addresses(node).api(),
                    cluster.addresses(node).http(),
                    cluster.pid(node),
                    cluster.logFile(node));
        }
        table.writeTo(streams.out());
        streams.err()
                .println("export TAFFRAIL_BOOTSTRAP=" + cluster.bootstrap() + "\nCtrl-C stops it");
    }
}
