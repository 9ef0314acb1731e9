// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Virtual time: a queue of events, run one after the other by whoever holds it, on one thread. Time
 * passes only between events. Events of the same moment run in an order that the seed decides; of
 * the same seed and the same events it makes the same run.
 *
 * <p>Times are nanoseconds since the beginning. Not for several threads.
 */
public final class SimulatedScheduler {
    private record Event(long atNanos, int tieBreak, long number, Runnable action)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) { // a tenth of a simulation's time, if it is composed
            if (atNanos != other.atNanos) {
                return Long.compare(atNanos, other.atNanos);
            }
            return tieBreak != other.tieBreak
                    ? Integer.compare(tieBreak, other.tieBreak)
                    : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Random random;
    private long nowNanos;
    private long count;

    public SimulatedScheduler(long seed) {
        random = new Random(seed);
    }

    /** Where everything that is left to chance is drawn from. */
    public Random random() {
        return random;
    }

    public long nanoTime() {
        return nowNanos;
    }

    /** How many events there were and are. */
    public long events() {
        return count;
    }

    /** Runs {@code action} in {@code delay}; at once, as the next event but others, if negative. */
    public void after(Duration delay, Runnable action) {
        afterNanos(delay.toNanos(), action);
    }

    /** Runs {@code action} in so many nanoseconds; as soon as can be, if negative. */
    public void afterNanos(long delayNanos, Runnable action) {
        long at = nowNanos + Math.max(0, delayNanos);
        events.add(new Event(at, random.nextInt(), ++count, action));
    }

    /** Runs the next event; false if there is none. */
    public boolean runNext() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        nowNanos = next.atNanos();
        next.action().run();
        return true;
    }

    /** Lets time pass. */
    public void runFor(Duration time) {
        long end = nowNanos + time.toNanos();
        while (!events.isEmpty() && events.peek().atNanos() <= end) {
            runNext();
        }
        nowNanos = end;
    }

    /**
     * Runs events until {@code condition} holds, which is asked after each; false if it does not
     * within {@code atMost}.
     */
    public boolean runUntil(BooleanSupplier condition, Duration atMost) {
        long end = nowNanos + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (events.isEmpty() || events.peek().atNanos() > end) {
                nowNanos = end;
                return condition.getAsBoolean();
            }
            runNext();
        }
        return true;
    }
}
