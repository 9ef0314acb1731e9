// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.BrokerSummary.State;
import io.taffrail.client.admin.ClusterDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A node whose process and data are gone when this is closed, or when this process ends, by Ctrl-C
 * too. Its methods are called on one thread; {@link #close} on any, once or more.
 */
final class TemporaryNode implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int ATTEMPTS = 3;
    private static final int SHOWN_LINES = 15;

    private final String mainClass;
    private final Path directory;
    private final Thread hook = new Thread(this::stop, "quickstart-end");
    private NodeAddresses addresses;
    private NodeProcess process;
    private volatile boolean stopping;
    private volatile boolean keepLog;

    private TemporaryNode(String mainClass, Path directory) {
        this.mainClass = mainClass;
        this.directory = directory;
    }

    /**
     * Makes its directory; nothing is started yet.
     *
     * @param mainClass the program that has the command {@code server}
     */
    static TemporaryNode create(String mainClass) throws IOException {
        TemporaryNode node =
                new TemporaryNode(mainClass, Files.createTempDirectory("taffrail-quickstart-"));
        Runtime.getRuntime().addShutdownHook(node.hook);
        return node;
    }

    Path directory() {
        return directory;
    }

    /** Where clients reach it, once it is started. */
    String bootstrap() {
        return addresses.api().toString();
    }

    long pid() {
        return process.pid();
    }

    /**
     * Starts it, with other ports if another process was quicker to take one, and waits until it
     * serves.
     */
    void start() throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            launch();
            if (awaitReady()) {
                return;
            }
            boolean portTaken =
                    process.lastLines(SHOWN_LINES).stream()
                            .anyMatch(line -> line.contains("ddress already in use"));
            if (!portTaken || attempt == ATTEMPTS) {
                throw new CommandFailedException("the node did not start");
            }
        }
    }

    private synchronized void launch() throws IOException {
        if (stopping) {
            throw new CommandFailedException("stopped while the node was being started");
        }
        addresses = NodeAddresses.free();
        process = NodeProcess.start(mainClass, directory, addresses);
    }

    /** False if it has ended instead. */
    private boolean awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        try (TaffrailClient client = Connection.openTo(bootstrap())) {
            while (System.nanoTime() < deadline) {
                if (!process.isAlive()) {
                    return false;
                }
                if (serves(client)) {
                    return true;
                }
                Thread.sleep(LOOK_EVERY.toMillis());
            }
        }
        throw new CommandFailedException(
                "the node is not ready after " + READY_WITHIN.toSeconds() + " s");
    }

    /** Whether it answers as a node that takes records; false at once if its process ends. */
    private boolean serves(TaffrailClient client) {
        CompletableFuture<Boolean> answer =
                client.admin()
                        .describeCluster()
                        .handle((cluster, thrown) -> thrown == null && isReady(cluster));
        return (boolean)
                CompletableFuture.anyOf(answer, process.ended().thenApply(exited -> false)).join();
    }

    private static boolean isReady(ClusterDescription cluster) {
        return cluster.activeControllerId().isPresent()
                && cluster.brokers().stream().anyMatch(broker -> broker.state() == State.ACTIVE);
    }

    /** Waits until its process ends, however long; gives the exit code. */
    int awaitExit() throws InterruptedException {
        return process.awaitExit();
    }

    /** Whether it is being stopped, and so what fails is no failure of its own. */
    boolean isStopping() {
        return stopping;
    }

    /**
     * Leaves its log behind when the rest is removed.
     *
     * @return a text to be put behind a message: what it logged last, and where the log is
     */
    String saveLog() {
        if (process == null) {
            return "";
        }
        keepLog = true;
        try {
            List<String> lines = process.lastLines(SHOWN_LINES);
            return ". The node's log is "
                    + process.logFile()
                    + (lines.isEmpty()
                            ? " (empty)"
                            : ", and ends so:\n" + String.join("\n", lines));
        } catch (IOException e) {
            return ". The node's log cannot be read: " + e.getMessage();
        }
    }

    /** Stops the process and removes the directory. */
    private synchronized void stop() {
        stopping = true;
        if (process != null) {
            process.close();
        }
        try {
            removeFiles();
        } catch (IOException | UncheckedIOException e) {
            System.err.println("taffrail: cannot remove " + directory + ": " + e.getMessage());
        }
    }

    private void removeFiles() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                boolean kept =
                        keepLog && (file.equals(directory) || file.equals(process.logFile()));
                if (!kept) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending, and the hook finds nothing left to do
        }
    }
}
