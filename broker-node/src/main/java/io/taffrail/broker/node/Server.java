// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.config.ConfigException;
import io.taffrail.broker.config.NodeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node as a process: from the command line to the exit code. */
public final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private static final Duration STOP_AT_MOST = Duration.ofSeconds(60);

    /** Stopped in order. */
    public static final int EXIT_OK = 0;

    /** Could not start, or could not go on. */
    public static final int EXIT_FAILED = 1;

    /** The configuration is wrong. */
    public static final int EXIT_USAGE = 2;

    private Server() {}

    /**
     * Runs a node until it is told to stop, by SIGTERM or SIGINT, or cannot go on. Says on stderr
     * what is wrong. A second signal ends it at once, without handing anything over.
     *
     * @param configFile in YAML
     * @param sets each {@code key=value}
     * @param environment of the process
     * @param ending with its completion the node stops in order, as with the first signal; the
     *     value is the exit code
     * @return the exit code of the process
     */
    public static int run(
            Optional<Path> configFile,
            List<String> sets,
            Map<String, String> environment,
            CompletableFuture<Integer> ending) {
        NodeConfig config;
        try {
            config = NodeConfig.load(configFile, environment, sets);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return EXIT_USAGE;
        }
        Logging.configure(config.logFormat());
        return run(config, ending);
    }

    private static int run(NodeConfig config, CompletableFuture<Integer> ending) {
        StopSignals.listen(count -> onSignal(count, ending));
        AtomicReference<String> deathCause = new AtomicReference<>();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, thrown) -> {
                    LOG.error("thread {} ended", thread.getName(), thrown);
                    die("thread " + thread.getName() + " ended: " + thrown, deathCause, ending);
                });
        try (Node node =
                Node.start(config, NodeEnvironment.LOCAL, why -> die(why, deathCause, ending))) {
            LOG.info(
                    "node {} serves its API on {}, metrics and health on {}",
                    config.nodeId(),
                    node.apiAddress(),
                    node.httpAddress());
            int exitCode = ending.join();
            haltIfItHangs();
            if (exitCode == EXIT_OK) {
                node.stop();
            }
            return exitCode;
        } catch (NodeStartException e) {
            System.err.println("taffrail: the node cannot start: " + e.getMessage());
            return EXIT_FAILED;
        }
    }

    /** A part that does not come to its end must not keep the process: others wait for it to go. */
    private static void haltIfItHangs() {
        Thread watchdog =
                new Thread(
                        () -> {
                            try {
                                TimeUnit.NANOSECONDS.sleep(STOP_AT_MOST.toNanos());
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            System.err.println(
                                    "taffrail: the node did not stop within "
                                            + STOP_AT_MOST.toSeconds()
                                            + " s and is ended: the next start verifies every log");
                            Runtime.getRuntime().halt(EXIT_FAILED);
                        },
                        "stop-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private static void onSignal(int count, CompletableFuture<Integer> ending) {
        if (count == 1) {
            LOG.info("stopping; a second signal stops at once");
            ending.complete(EXIT_OK);
        } else {
            LOG.warn("stopping at once: the next start verifies every log");
            Runtime.getRuntime().halt(EXIT_FAILED);
        }
    }

    private static void die(
            String why, AtomicReference<String> deathCause, CompletableFuture<Integer> ending) {
        if (deathCause.compareAndSet(null, why) && !ending.isDone()) {
            LOG.error("the node cannot go on: {}", why);
            System.err.println("taffrail: the node cannot go on: " + why);
        }
        ending.complete(EXIT_FAILED);
    }
}
