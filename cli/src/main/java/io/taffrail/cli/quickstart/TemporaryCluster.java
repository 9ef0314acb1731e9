// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.node.AtExit;
import io.taffrail.cli.node.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A cluster whose processes and data are gone when this is closed, or when this process ends, by
 * Ctrl-C too.
 */
final class TemporaryCluster implements AutoCloseable {
    private static final int ATTEMPTS = 3;

    private final String mainClass;
    private final int size;
    private final Path directory;
    private final AtExit atExit;
    private LocalCluster cluster;
    private boolean removed;
    private boolean keepLogs;

    private TemporaryCluster(String mainClass, int size, Path directory) {
        this.mainClass = mainClass;
        this.size = size;
        this.directory = directory;
        this.atExit = AtExit.run(this::remove);
    }

    /**
     * Makes its directory; nothing is started yet.
     *
     * @param mainClass the program that has the command {@code server}
     */
    static TemporaryCluster create(String mainClass, int size) throws IOException {
        return new TemporaryCluster(
                mainClass, size, Files.createTempDirectory("taffrail-quickstart-"));
    }

    Path directory() {
        return directory;
    }

    /**
     * Starts all nodes, with other ports if another process was quicker to take one, and waits
     * until they serve.
     */
    LocalCluster start() throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            LocalCluster started = launch();
            try {
                started.awaitReady();
                return started;
            } catch (CommandFailedException e) {
                if (attempt == ATTEMPTS || isStopping() || !started.foundPortTaken()) {
                    throw e;
                }
            }
            started.killAll();
            removeFiles();
        }
    }

    private synchronized LocalCluster launch() throws IOException {
        if (removed) {
            throw new CommandFailedException("stopped while the nodes were being started");
        }
        cluster = LocalCluster.onFreePorts(mainClass, directory, size);
        cluster.start();
        return cluster;
    }

    /** Whether it is being stopped, and so what fails is no failure of its own. */
    synchronized boolean isStopping() {
        return removed;
    }

    /** Leaves the nodes' logs behind when the rest is removed. */
    synchronized void keepLogs() {
        keepLogs = true;
    }

    private synchronized void remove() {
        removed = true;
        if (cluster != null) {
            cluster.killAll(); // in order takes longer, and nobody will read what they keep
        }
        try {
            removeFiles();
        } catch (IOException | UncheckedIOException e) {
            System.err.println("taffrail: cannot remove " + directory + ": " + e.getMessage());
        }
    }

    private synchronized void removeFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!isKept(file)) {
                    Files.delete(file);
                }
            }
        } catch (NoSuchFileException e) {
            // nothing of it is left
        }
        if (!removed) {
            Files.createDirectories(directory);
        }
    }

    private boolean isKept(Path file) throws IOException {
        if (!keepLogs) {
            return false;
        }
        if (!Files.isDirectory(file)) {
            return file.getFileName().toString().equals("node.log");
        }
        try (Stream<Path> inside = Files.list(file)) {
            return inside.findAny().isPresent(); // its contents came before it
        }
    }

    @Override
    public void close() {
        atExit.close();
    }
}
