// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import io.taffrail.cli.CommandFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Starts nodes again that have ended, with a pause in which one can watch how the others go on. One
 * that ended soon after its start would do so again: then it gives up.
 */
public final class NodeKeeper {
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration LONG_LIFE = Duration.ofSeconds(10);

    private final LocalCluster cluster;
    private final PrintStream err;
    private final Duration pause;
    private final Duration longLife;

    public NodeKeeper(LocalCluster cluster, PrintStream err) {
        this(cluster, err, PAUSE, LONG_LIFE);
    }

    NodeKeeper(LocalCluster cluster, PrintStream err, Duration pause, Duration longLife) {
        this.cluster = cluster;
        this.err = err;
        this.pause = pause;
        this.longLife = longLife;
    }

    /** Returns when the cluster is being stopped. */
    public void run() throws IOException, InterruptedException {
        while (!cluster.isStopping()) {
            for (int node = 0; node < cluster.size(); node++) {
                if (!cluster.process(node).isAlive() && !cluster.isStopping()) {
                    startAgain(node);
                }
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private void startAgain(int node) throws IOException, InterruptedException {
        NodeProcess process = cluster.process(node);
        String end =
                "node %d (process %d) has ended, with exit code %d"
                        .formatted(node, process.pid(), process.exitCode());
        if (process.age().compareTo(longLife) < 0) {
            throw new CommandFailedException(
                    end + ", soon after its start. Its log is " + cluster.logFile(node));
        }
        err.println(end + "; it is started again in " + pause.toSeconds() + " s");
        Thread.sleep(pause.toMillis());
        cluster.start(node);
        err.println("node " + node + " is started again, process " + cluster.pid(node));
    }
}
