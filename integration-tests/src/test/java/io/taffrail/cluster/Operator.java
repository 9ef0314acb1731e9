// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Main;
import io.taffrail.cli.Streams;
import io.taffrail.workload.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Somebody at a command line. The commands run in this process: that spares a JVM for each. */
final class Operator {
    private final String bootstrap;

    Operator(ClusterProcesses cluster) {
        this.bootstrap = cluster.bootstrap();
    }

    /** A command that runs, or is done. */
    static final class Command {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

        private void run(String... arguments) {
            exitCode.complete(
                    Main.run(
                            Streams.of(
                                    InputStream.nullInputStream(),
                                    out,
                                    new PrintStream(err, true, UTF_8),
                                    false),
                            arguments));
        }

        /** What it printed so far. */
        String out() {
            return out.toString(UTF_8);
        }

        /** What it said so far. */
        String err() {
            return err.toString(UTF_8);
        }

        boolean isDone() {
            return exitCode.isDone();
        }

        /** Waits for its end. */
        int exitCode() {
            return exitCode.join();
        }

        /** Waits for its end; fails with what it printed and said, if it failed. */
        Command requireDone() {
            if (exitCode() != 0) {
                throw new AssertionError("exit code " + exitCode() + ": " + out() + err());
            }
            return this;
        }
    }

    /** Runs a command to its end. */
    Command run(Object... arguments) {
        Command command = new Command();
        command.run(withBootstrap(arguments));
        return command;
    }

    /** Runs a command, which has to succeed. */
    Command done(Object... arguments) {
        return run(arguments).requireDone();
    }

    /** Health is of the moment, and not only of the topics that a test has waited for. */
    void awaitHealthy() throws Exception {
        Deadline.await("the cluster is healthy", () -> run("cluster", "health").exitCode() == 0);
    }

    /** Starts a command, and does not wait. */
    Command start(Object... arguments) {
        Command command = new Command();
        Thread thread = new Thread(() -> command.run(withBootstrap(arguments)), "operator");
        thread.setDaemon(true);
        thread.start();
        return command;
    }

    /** One after the other. */
    static Object[] arguments(List<?> first, Object... more) {
        return Stream.concat(first.stream(), Stream.of(more)).toArray();
    }

    private String[] withBootstrap(Object... arguments) {
        return Stream.concat(
                        Stream.of(arguments).map(Object::toString),
                        Stream.of("--bootstrap", bootstrap))
                .toArray(String[]::new);
    }
}
