// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.BrokerSummary.State;
import io.taffrail.client.admin.ClusterDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The nodes of a cluster as child processes, all that they keep in one directory. Nodes are started
 * and awaited on one thread; they may be stopped on any, after which none is started again.
 */
public final class LocalCluster {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int SHOWN_LINES = 15;
    private static final int SEARCHED_LINES = 100;

    private final String mainClass;
    private final Path directory;
    private final ClusterLayout layout;
    private final List<String> furtherSettings;
    private final List<NodeProcess> processes = new ArrayList<>();
    private boolean stopping;

    /**
     * @param mainClass the program that has the command {@code server}
     * @param furtherSettings of every node, each {@code key=value}
     */
    LocalCluster(
            String mainClass, Path directory, ClusterLayout layout, List<String> furtherSettings) {
        this.mainClass = mainClass;
        this.directory = directory.toAbsolutePath();
        this.layout = layout;
        this.furtherSettings = furtherSettings;
        layout.nodes().forEach(node -> processes.add(null));
    }

    /** Of so many nodes on free ports. Nothing is started yet. */
    public static LocalCluster onFreePorts(String mainClass, Path directory, int nodes)
            throws IOException {
        return new LocalCluster(mainClass, directory, ClusterLayout.onFreePorts(nodes), List.of());
    }

    public int size() {
        return processes.size();
    }

    /** Where clients reach all of it. */
    public String bootstrap() {
        return layout.bootstrap();
    }

    public NodeAddresses addresses(int node) {
        return layout.nodes().get(node);
    }

    public Path logFile(int node) {
        return directoryOf(node).resolve("node.log");
    }

    private Path directoryOf(int node) {
        return directory.resolve("node-" + node);
    }

    /** Only of a node that was started. */
    public synchronized long pid(int node) {
        return processes.get(node).pid();
    }

    synchronized NodeProcess process(int node) {
        return processes.get(node);
    }

    /** Starts all nodes; they are not ready yet. */
    public void start() throws IOException {
        for (int node = 0; node < size(); node++) {
            start(node);
        }
    }

    /** Starts a node that does not run; it is not ready yet. */
    public synchronized void start(int node) throws IOException {
        if (stopping) {
            throw new CommandFailedException("stopped while node " + node + " was being started");
        }
        Files.createDirectories(directoryOf(node));
        List<String> settings = new ArrayList<>(furtherSettings);
        settings.addAll(layout.settingsOf(node, directoryOf(node).resolve("data")));
        processes.set(
                node, NodeProcess.start(mainClass, directoryOf(node), settings, logFile(node)));
    }

    /** Waits until a controller is active, and every broker too. */
    public void awaitReady() throws IOException, InterruptedException {
        try (TaffrailClient client = Connection.openTo(bootstrap())) {
            await(client, "the cluster is not ready", this::isReady);
        }
    }

    private boolean isReady(ClusterDescription cluster) {
        return cluster.activeControllerId().isPresent()
                && IntStream.range(0, size()).allMatch(node -> isActive(cluster, node));
    }

    /** Waits until a broker takes part. */
    public void awaitActive(TaffrailClient client, int node)
            throws IOException, InterruptedException {
        await(client, "node " + node + " is not ready", cluster -> isActive(cluster, node));
    }

    private static boolean isActive(ClusterDescription cluster, int node) {
        return cluster.brokers().stream()
                .anyMatch(broker -> broker.brokerId() == node && broker.state() == State.ACTIVE);
    }

    private void await(
            TaffrailClient client, String otherwise, Predicate<ClusterDescription> condition)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!holds(client, condition)) {
            OptionalInt ended = ended();
            if (ended.isPresent()) {
                throw new CommandFailedException(endOf(ended.getAsInt()));
            }
            if (System.nanoTime() > deadline) {
                throw new CommandFailedException(
                        otherwise + " after " + READY_WITHIN.toSeconds() + " s");
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /** Whether the cluster answers so; false at once if a process ends. */
    private boolean holds(TaffrailClient client, Predicate<ClusterDescription> condition) {
        CompletableFuture<Object> answer =
                client.admin()
                        .describeCluster()
                        .handle((cluster, thrown) -> thrown == null && condition.test(cluster));
        List<CompletableFuture<?>> either = new ArrayList<>();
        either.add(answer);
        running().forEach(process -> either.add(process.ended().thenApply(exited -> false)));
        return (boolean)
                CompletableFuture.anyOf(either.toArray(new CompletableFuture<?>[0])).join();
    }

    private synchronized List<NodeProcess> running() {
        return processes.stream().filter(process -> process != null).toList();
    }

    /** A node whose process ended although nobody ended it. */
    private synchronized OptionalInt ended() {
        return IntStream.range(0, size())
                .filter(node -> processes.get(node) != null && !processes.get(node).isAlive())
                .findFirst();
    }

    private String endOf(int node) throws IOException {
        return "node %d has ended by itself, with exit code %d. Its log is %s, and ends so:%n%s"
                .formatted(
                        node,
                        process(node).exitCode(),
                        logFile(node),
                        String.join("\n", NodeProcess.lastLines(logFile(node), SHOWN_LINES)));
    }

    /** Ends a node as {@code kill -9} does; returns when its process is gone. */
    public void kill(int node) {
        NodeProcess process;
        synchronized (this) {
            process = processes.set(node, null);
        }
        process.kill();
    }

    /** Ends all nodes as {@code kill -9} does, for good. */
    public void killAll() {
        stopping();
        running().forEach(NodeProcess::kill);
    }

    /** Stops all nodes in order, for good. */
    void stop() {
        stopping();
        running().forEach(NodeProcess::askToStop);
        running().forEach(NodeProcess::awaitStop);
    }

    private synchronized void stopping() {
        stopping = true;
    }

    /** Whether it is being stopped, and so what fails is no failure of its own. */
    public synchronized boolean isStopping() {
        return stopping;
    }

    /** Whether a node found one of its ports taken. */
    public boolean foundPortTaken() throws IOException {
        for (int node = 0; node < size(); node++) {
            if (Files.exists(logFile(node))
                    && NodeProcess.lastLines(logFile(node), SEARCHED_LINES).stream()
                            .anyMatch(line -> line.contains("ddress already in use"))) {
                return true;
            }
        }
        return false;
    }
}
