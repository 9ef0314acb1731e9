// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Streams;
import io.taffrail.cli.node.LocalCluster;
import io.taffrail.cli.node.NodeKeeper;
import io.taffrail.cli.records.InputFile;
import io.taffrail.client.TaffrailException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code taffrail quickstart}: its options and its end; the work is {@link Tour}'s. */
@Command(
        name = "quickstart",
        description = {
            "Try it out: start three nodes, produce a file's lines, read them back, compare; kill"
                    + " the leader in the middle of producing, and see that nothing is lost.",
            "The nodes are processes of their own on free ports of this machine; their data is in a"
                    + " temporary directory. They stay up until Ctrl-C, which stops them and"
                    + " removes everything."
        })
public final class QuickstartCommand implements Callable<Integer> {
    /** What a process ends with that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    private static final int NODES = 3;

    private final Streams streams;
    private final String mainClass;

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file of lines. Default: the README of this source tree.")
    private Path file;

    @Option(names = "--no-wait", description = "End at once, with 0 if all went well.")
    private boolean noWait;

    /**
     * @param mainClass the program that has the command {@code server}, for the child processes
     */
    public QuickstartCommand(Streams streams, String mainClass) {
        this.streams = streams;
        this.mainClass = mainClass;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path chosen = chosenFile();
        requireReadable(chosen);
        try (TemporaryCluster cluster = TemporaryCluster.create(mainClass, NODES)) {
            try {
                Tour tour = new Tour(new Narration(streams), cluster, chosen);
                LocalCluster nodes = tour.run();
                if (noWait) {
                    tour.sayHowToStay();
                } else {
                    tour.sayWhatNext();
                    new NodeKeeper(nodes, streams.err()).run();
                }
                return ExitCode.OK;
            } catch (IOException | TaffrailException e) {
                if (cluster.isStopping()) {
                    return INTERRUPTED; // by Ctrl-C, under which the rest breaks down
                }
                cluster.keepLogs();
                throw new CommandFailedException(
                        e.getMessage() + "\nThe nodes' logs stay in " + cluster.directory(), e);
            }
        }
    }

    private Path chosenFile() {
        if (file != null) {
            return file;
        }
        return Optional.ofNullable(System.getProperty("taffrail.home"))
                .map(home -> Path.of(home, "README.md"))
                .filter(Files::isReadable)
                .orElseThrow(
                        () ->
                                new ParameterException(
                                        spec.commandLine(), "name a FILE whose lines to produce"));
    }

    /** Before anything is started. */
    private static void requireReadable(Path file) throws IOException {
        try (InputStream in = InputFile.open(Optional.of(file), null)) {
            if (in == null) {
                throw new CommandFailedException(
                        "the quickstart reads its file twice, which stdin does not allow: name a"
                                + " FILE");
            }
        }
    }
}
