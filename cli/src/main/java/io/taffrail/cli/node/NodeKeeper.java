// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import io.taffrail.cli.CommandFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * Starts nodes again that have ended, with a pause in which one can watch how the others go on. One
 * that ended soon after its start would do so again, and is given up.
 */
public final class NodeKeeper {
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration LONG_LIFE = Duration.ofSeconds(10);

    private final LocalCluster cluster;
    private final PrintStream err;
    private final Duration pause;
    private final Duration longLife;
    private final Set<Integer> givenUp = new TreeSet<>();

    public NodeKeeper(LocalCluster cluster, PrintStream err) {
        this(cluster, err, PAUSE, LONG_LIFE);
    }

    NodeKeeper(LocalCluster cluster, PrintStream err, Duration pause, Duration longLife) {
        this.cluster = cluster;
        this.err = err;
        this.pause = pause;
        this.longLife = longLife;
    }

    /**
     * Returns when the cluster is being stopped.
     *
     * @throws CommandFailedException if no node is left
     */
    public void run() throws IOException, InterruptedException {
        while (!cluster.isStopping()) {
            for (int node = 0; node < cluster.size(); node++) {
                if (!cluster.process(node).isAlive()
                        && !givenUp.contains(node)
                        && !cluster.isStopping()) {
                    ended(node);
                }
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private void ended(int node) throws IOException, InterruptedException {
        NodeProcess process = cluster.process(node);
        String end =
                "node %d (process %d) has ended, with exit code %d"
                        .formatted(node, process.pid(), process.exitCode());
        if (process.age().compareTo(longLife) < 0) {
            giveUp(node, end);
            return;
        }
        err.println(end + "; it is started again in " + pause.toSeconds() + " s");
        Thread.sleep(pause.toMillis());
        cluster.start(node);
        err.println("node " + node + " is started again, process " + cluster.pid(node));
    }

    private void giveUp(int node, String end) throws CommandFailedException {
        givenUp.add(node);
        err.println(
                end
                        + ", soon after its start, and is not started again. Its log is "
                        + cluster.logFile(node));
        if (givenUp.size() == cluster.size()) {
            throw new CommandFailedException("no node is left");
        }
    }
}
