// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node as an operator runs it: {@code taffrail server} in a process of its own, on free ports. A
 * restart takes the same ports, so that clients find it again.
 */
public final class NodeProcess implements AutoCloseable {
    /**
     * Of a node that lives for seconds: what the JVM's second compiler spends on it (40 % of a
     * start) never comes back.
     */
    public static final List<String> SHORT_LIVED = JavaCommand.shortLived("-Xmx512m");

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final Pattern SERVES =
            Pattern.compile("serves its API on (\\S+), metrics and health on (\\S+)");

    /** To be ended with this process, whatever ends it. */
    private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> LIVING.forEach(Process::destroyForcibly), "end-nodes"));
    }

    private final Path data;
    private final Path log;
    private final List<String> java;
    private final List<String> sets;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;
    private int lives;
    private HostPort api = new HostPort("127.0.0.1", 0);
    private HostPort httpAddress = new HostPort("127.0.0.1", 0);

    /**
     * @param java the beginning of the command, up to the name of the main class
     */
    NodeProcess(List<String> java, Path folder, List<String> sets) {
        this.data = folder.resolve("data");
        this.log = folder.resolve("server.log");
        this.java = List.copyOf(java);
        this.sets = List.copyOf(sets);
    }

    /** Starts a node with its data in a folder of {@code folder}, and waits until it is ready. */
    public static NodeProcess start(Path folder, String... sets) throws IOException {
        return start(folder, SHORT_LIVED, List.of(sets));
    }

    /** The same, with options for its JVM. */
    public static NodeProcess start(Path folder, List<String> jvmOptions, List<String> sets)
            throws IOException {
        NodeProcess node = prepare(folder, jvmOptions, sets);
        node.start();
        return node;
    }

    /** One that is not started yet. */
    public static NodeProcess prepare(Path folder, String... sets) {
        return prepare(folder, SHORT_LIVED, List.of(sets));
    }

    /** The same, with options for its JVM. */
    public static NodeProcess prepare(Path folder, List<String> jvmOptions, List<String> sets) {
        return new NodeProcess(JavaCommand.ofTheseClasses(jvmOptions), folder, sets);
    }

    /** Starts a node that cannot become ready, and waits until it serves its API. */
    public static NodeProcess startUnready(Path folder, String... sets) throws IOException {
        NodeProcess node = prepare(folder, sets);
        node.launch();
        node.awaitServing();
        return node;
    }

    /** Starts it again, on the same data and ports, and waits until it is ready. */
    public void start() throws IOException {
        launch();
        awaitReady();
    }

    /** Starts it, and does not wait. */
    public void launch() throws IOException {
        keepEarlierLog();
        process =
                new ProcessBuilder(command())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        LIVING.add(process);
    }

    /** What a life before wrote tells why it ended. */
    private void keepEarlierLog() throws IOException {
        if (Files.exists(log)) {
            lives++;
            Files.move(log, log.resolveSibling("server-" + lives + ".log"));
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("io.taffrail.cli.Main", "server"));
        settings()
                .forEach(
                        set -> {
                            command.add("--set");
                            command.add(set);
                        });
        return command;
    }

    /** Those of its own, and of the others what every node here has. */
    private List<String> settings() {
        List<String> all = new ArrayList<>(sets);
        for (String usual :
                List.of(
                        "data.dir=" + data,
                        "api.listen=" + api,
                        "http.listen=" + httpAddress,
                        "raft.listen=127.0.0.1:0")) {
            String key = usual.substring(0, usual.indexOf('=') + 1);
            if (sets.stream().noneMatch(set -> set.startsWith(key))) {
                all.add(usual);
            }
        }
        return all;
    }

    /** Waits until it says that it is ready; fails with its log when it ends or takes too long. */
    public void awaitReady() throws IOException {
        awaitServing();
        long deadline = System.nanoTime() + START.toNanos();
        while (!ready()) {
            goOnUntil(deadline);
        }
    }

    /** Waits until it serves its API, ready or not. */
    void awaitServing() throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!serves()) {
            goOnUntil(deadline);
        }
    }

    private void goOnUntil(long deadline) throws IOException {
        if (!process.isAlive() || System.nanoTime() > deadline) {
            throw new AssertionError(
                    (process.isAlive() ? "not ready in time" : "ended with " + process.exitValue())
                            + ":\n"
                            + log());
        }
        pause();
    }

    private boolean serves() throws IOException {
        Matcher matcher = SERVES.matcher(log());
        if (!matcher.find()) {
            return false;
        }
        api = HostPort.parse(matcher.group(1));
        httpAddress = HostPort.parse(matcher.group(2));
        return true;
    }

    private boolean ready() {
        try {
            return get("/readyz").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Asks its HTTP server. */
    public HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://" + httpAddress + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The value of a metric, as Prometheus names it, with its labels; the first that begins so. */
    public double metric(String name) throws IOException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no metric " + name));
    }

    /** Where clients reach it. */
    public HostPort api() {
        return api;
    }

    /** The process's id. */
    public long pid() {
        return process.pid();
    }

    /** What it wrote so far. */
    public String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Its data directory. */
    public Path data() {
        return data;
    }

    /** Whether it runs, be it paused. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Sends a signal, such as {@code STOP}. */
    public void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start();
        if (kill.onExit().join().exitValue() != 0) {
            throw new IOException("no process takes the signal " + name + ": " + pid());
        }
    }

    /** SIGKILL; returns once it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; returns the exit code. */
    public int terminate() {
        process.destroy();
        return awaitEnd();
    }

    /** Waits for its end; returns the exit code. */
    public int awaitEnd() {
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the node does not end within " + STOP);
            }
            LIVING.remove(process);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd();
        }
    }
}
