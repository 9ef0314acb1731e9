// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One life of a cluster: it starts, is disturbed, heals, and is judged.
 *
 * @param done how often each fault took place
 * @param lateArrivals how often something arrived over a connection that was given up
 * @param acknowledged how many records were acknowledged
 * @param wrong empty: nothing
 * @param trace what happened, a line for each
 */
record SimRun(
        long seed,
        Map<SimFault, Integer> done,
        int lateArrivals,
        int acknowledged,
        List<String> wrong,
        List<String> trace) {
    private static final int LAST_LINES = 400;

    static SimRun of(
            long seed, SimOptions options, PlantedBug bug, Set<SimFault> faults, Duration time) {
        SimCluster cluster = new SimCluster(seed, options, bug);
        List<String> wrong = new ArrayList<>();
        Map<SimFault, Integer> done = Map.of();
        try (LoggedBugs bugs = new LoggedBugs()) {
            try {
                cluster.start();
                done = cluster.disturb(faults, time).done();
                cluster.healAndSettle();
            } catch (RuntimeException e) {
                StringWriter where = new StringWriter();
                e.printStackTrace(new PrintWriter(where));
                wrong.add("the run itself failed: " + where);
            }
            wrong.addAll(cluster.verdict());
            wrong.addAll(bugs.bugs());
        }
        cluster.world().note("after " + cluster.world().scheduler().events() + " events");
        return new SimRun(
                seed,
                done,
                cluster.world().network().lateArrivals(),
                cluster.clients().history().acknowledgedCount(),
                wrong,
                cluster.world().trace());
    }

    boolean isRight() {
        return wrong.isEmpty();
    }

    /** For people, who want to know what led to it: the seed replays it exactly. */
    String report() {
        List<String> told = trace.stream().filter(line -> !isOfClients(line)).toList();
        List<String> last = told.subList(Math.max(0, told.size() - LAST_LINES), told.size());
        return "seed %d, faults %s%n%s%n%s"
                .formatted(seed, done, String.join("\n", last), String.join("\n", wrong));
    }

    /** There are so many that they would hide everything else. */
    private static boolean isOfClients(String line) {
        return line.contains(" ack ") || line.contains(" read to ");
    }
}
