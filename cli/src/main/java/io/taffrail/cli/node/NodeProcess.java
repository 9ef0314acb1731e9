// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A node as a child process: {@code taffrail server} under the same Java and class path as this
 * process. It also ends when this process ends without a word, because its stdin then does.
 */
final class NodeProcess {
    /** The node itself takes no longer for it. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(70);

    private final Process process;
    private final long startedNanos = System.nanoTime();

    private NodeProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it; it is not ready yet.
     *
     * @param mainClass the program that has the command {@code server}
     * @param directory where it runs
     * @param settings each {@code key=value}
     * @param logFile what it says goes to its end
     */
    static NodeProcess start(String mainClass, Path directory, List<String> settings, Path logFile)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command(mainClass, settings))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        // Settings for another node must not reach this one.
        builder.environment().keySet().removeIf(name -> name.startsWith("TAFFRAIL_"));
        return new NodeProcess(builder.start());
    }

    private static List<String> command(String mainClass, List<String> settings) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions());
        command.addAll(List.of("-cp", absoluteClassPath(), mainClass, "server"));
        command.add(ServerCommand.STOP_WITH_STDIN);
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        return command;
    }

    /** Those of bin/taffrail for a server. */
    private static List<String> javaOptions() {
        List<String> options = new ArrayList<>();
        options.add("-XX:+ExitOnOutOfMemoryError");
        if (Runtime.version().feature() >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        String further = Optional.ofNullable(System.getenv("TAFFRAIL_JAVA_OPTS")).orElse("");
        further.lines()
                .flatMap(line -> Arrays.stream(line.split("[ \t]+")))
                .filter(option -> !option.isEmpty())
                .forEach(options::add);
        return options;
    }

    /** The child runs in a directory of its own. */
    private static String absoluteClassPath() {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getProperty("java.class.path"))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The last lines of a log. */
    static List<String> lastLines(Path logFile, int count) throws IOException {
        List<String> lines = new String(Files.readAllBytes(logFile), UTF_8).lines().toList();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** How long ago it was started. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** Only of one that has ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** Completes when it ends. */
    CompletableFuture<Process> ended() {
        return process.onExit();
    }

    /**
     * Asks it to stop in order. Not by a signal: on a terminal, Ctrl-C has sent one to it already,
     * and a second one means at once.
     */
    void askToStop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.toHandle().destroy(); // it cannot be told more gently
        }
    }

    /** Waits for the end that it was asked for, and enforces it if that takes too long. */
    void awaitStop() {
        try {
            if (!process.waitFor(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it as {@code kill -9} does; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
