// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

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
 * process. It ends when it is closed, and also when this process ends without closing it, because
 * its stdin then does.
 */
final class NodeProcess implements AutoCloseable {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(20);

    private final Process process;
    private final Path logFile;

    private NodeProcess(Process process, Path logFile) {
        this.process = process;
        this.logFile = logFile;
    }

    /**
     * Starts it; it is not ready yet.
     *
     * @param mainClass the program that has the command {@code server}
     * @param directory where its data and {@code node.log} go
     */
    static NodeProcess start(String mainClass, Path directory, NodeAddresses addresses)
            throws IOException {
        Path logFile = directory.resolve("node.log");
        ProcessBuilder builder =
                new ProcessBuilder(command(mainClass, directory, addresses))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(logFile.toFile());
        // Settings for another node must not reach this one.
        builder.environment().keySet().removeIf(name -> name.startsWith("TAFFRAIL_"));
        return new NodeProcess(builder.start(), logFile);
    }

    private static List<String> command(String mainClass, Path directory, NodeAddresses addresses) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions());
        command.addAll(List.of("-cp", absoluteClassPath(), mainClass, "server"));
        command.add(ServerCommand.STOP_WITH_STDIN);
        set(command, "data.dir", directory.resolve("data").toString());
        set(command, "api.listen", addresses.api().toString());
        set(command, "raft.listen", addresses.raft().toString());
        set(command, "http.listen", addresses.http().toString());
        return command;
    }

    private static void set(List<String> command, String key, String value) {
        command.addAll(List.of("--set", key + "=" + value));
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

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Completes when it ends. */
    CompletableFuture<Process> ended() {
        return process.onExit();
    }

    /** Waits for its end, however long; gives its exit code. */
    int awaitExit() throws InterruptedException {
        return process.waitFor();
    }

    /** What it wrote last to stdout and stderr. */
    List<String> lastLines(int count) throws IOException {
        List<String> lines = new String(Files.readAllBytes(logFile), UTF_8).lines().toList();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    Path logFile() {
        return logFile;
    }

    /** Stops it in order, or by force if that takes too long; returns when it is gone. */
    @Override
    public void close() {
        process.toHandle().destroy(); // Process.destroy would also close its stdin, which it heeds
        try {
            if (!process.waitFor(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
