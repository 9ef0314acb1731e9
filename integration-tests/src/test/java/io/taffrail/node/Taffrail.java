// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code taffrail} as people run it: a process with arguments, outputs and an exit code. */
public final class Taffrail {
    private static final long MOST_SECONDS = 180;

    private static final List<String> AS_IN_A_TERMINAL = List.of("env", "--default-signal=INT");
    private static final boolean CAN_SET_SIGNALS = canSetSignals();

    private final Path folder;
    private final HostPort bootstrap;
    private int runs;

    /**
     * @param folder where outputs go
     * @param bootstrap the broker that its commands speak to
     */
    public Taffrail(Path folder, HostPort bootstrap) {
        this.folder = folder;
        this.bootstrap = bootstrap;
    }

    /** What came of a command. */
    public record Outcome(int exitCode, Path outFile, String err) {
        public String out() throws IOException {
            return Files.readString(outFile);
        }

        /** Fails with what it said, if it failed. */
        public Outcome requireDone() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + ": " + err);
            }
            return this;
        }
    }

    /** A command that runs. */
    public record Running(Process process, Path out, Path err) implements AutoCloseable {
        public Outcome await() throws IOException, InterruptedException {
            try {
                if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("it does not end: " + Files.readString(err));
                }
                return new Outcome(process.exitValue(), out, Files.readString(err));
            } finally {
                close();
            }
        }

        /** Sends a signal, such as {@code INT}. */
        public void signal(String name) throws IOException, InterruptedException {
            Process kill =
                    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IOException("no process takes the signal " + name);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /**
     * A shell has its background jobs ignore SIGINT, and they pass that on: a build that is one
     * could interrupt nothing. Only GNU's env undoes it; elsewhere, the build has to be in the
     * foreground.
     */
    private static boolean canSetSignals() {
        List<String> trial = new ArrayList<>(AS_IN_A_TERMINAL);
        trial.add("true");
        try {
            return new ProcessBuilder(trial).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a command to its end. */
    public Outcome run(String... arguments) throws IOException, InterruptedException {
        return start(arguments).await();
    }

    /** Starts a command. */
    public Running start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (CAN_SET_SIGNALS) {
            command.addAll(AS_IN_A_TERMINAL);
        }
        command.addAll(JavaCommand.ofTheseClasses(JavaCommand.shortLived()));
        command.add("io.taffrail.cli.Main");
        command.addAll(List.of(arguments));
        int run = ++runs;
        Path out = folder.resolve("run-" + run + ".out");
        Path err = folder.resolve("run-" + run + ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TAFFRAIL_"));
        builder.environment().put("TAFFRAIL_BOOTSTRAP", bootstrap.toString());
        builder.environment() // for the nodes that a command starts
                .put("TAFFRAIL_JAVA_OPTS", String.join(" ", NodeProcess.SHORT_LIVED));
        return new Running(builder.start(), out, err);
    }
}
