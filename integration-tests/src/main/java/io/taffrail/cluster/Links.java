// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The ways between nodes, each in one direction. What meets a way that is cut is held until it is
 * healed, as TCP does with what a network loses for a while; what meets a slow one comes later. For
 * any thread.
 */
public final class Links {
    /** Whoever is no node. */
    public static final int CLIENTS = -1;

    private final Set<Way> cut = new HashSet<>();
    private final Map<Way, Duration> delays = new HashMap<>();
    private final Map<Way, Long> held = new HashMap<>();

    /** From one node to another. */
    private record Way(int from, int to) {}

    /** Cuts one direction, in all connections, whoever opened them. */
    public synchronized void cut(int from, int to) {
        cut.add(new Way(from, to));
    }

    /** Cuts both directions. */
    public synchronized void cutBoth(int one, int other) {
        cut(one, other);
        cut(other, one);
    }

    /** Holds up in one direction whatever comes, for so long each piece. */
    public synchronized void delay(int from, int to, Duration delay) {
        delays.put(new Way(from, to), delay);
    }

    /** Opens all ways, and lets go of what is held. */
    public synchronized void heal() {
        cut.clear();
        delays.clear();
        notifyAll();
    }

    /** How many pieces were held or delayed on a way so far; each proves that it hindered. */
    public synchronized long hindered(int from, int to) {
        return held.getOrDefault(new Way(from, to), 0L);
    }

    /** Lets a piece pass: at once, later, or when the way is healed. */
    void pass(int from, int to) throws InterruptedException {
        Duration delay = awaitOpen(new Way(from, to));
        TimeUnit.NANOSECONDS.sleep(delay.toNanos());
    }

    private synchronized Duration awaitOpen(Way way) throws InterruptedException {
        if (cut.contains(way) || delays.containsKey(way)) {
            held.merge(way, 1L, Long::sum);
        }
        while (cut.contains(way)) {
            wait();
        }
        return delays.getOrDefault(way, Duration.ZERO);
    }
}
