// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A process on virtual time: executors that can be paused and ended together, as SIGSTOP and
 * SIGKILL do. While it is paused its time goes on and nothing of it runs; what came due meanwhile
 * runs when it goes on. Nothing of it runs after its end.
 *
 * <p>What a task throws is told to {@code onFailure}, unless the process ended in the middle of it.
 */
public final class SimulatedProcess {
    private static final int LONGEST_HOP_NANOS = 50_000;

    private final SimulatedScheduler scheduler;
    private final String name;
    private final Consumer<Throwable> onFailure;
    private final List<Runnable> held = new ArrayList<>();
    private BooleanSupplier isOver = () -> false;
    private boolean paused;
    private boolean ended;

    public SimulatedProcess(
            SimulatedScheduler scheduler, String name, Consumer<Throwable> onFailure) {
        this.scheduler = scheduler;
        this.name = name;
        this.onFailure = onFailure;
    }

    /** A thread of this process. */
    public SimulatedExecutor executor(String threadName) {
        return new SimulatedExecutor(this, name + "/" + threadName);
    }

    /** One whose tasks each begin only after {@code atMost} at the longest, as on a slow disk. */
    public SimulatedExecutor slowExecutor(String threadName, Duration atMost) {
        return new SimulatedExecutor(this, name + "/" + threadName, atMost);
    }

    public void pause() {
        paused = true;
    }

    /** Goes on; false if it was not paused. */
    public boolean resume() {
        if (!paused) {
            return false;
        }
        paused = false;
        List<Runnable> due = List.copyOf(held);
        held.clear();
        due.forEach(turn -> scheduler.afterNanos(hopNanos(), () -> run(turn)));
        return true;
    }

    /** Ends it, for good. */
    public void end() {
        ended = true;
        held.clear();
    }

    public boolean isPaused() {
        return paused;
    }

    /** It also ends as soon as this holds, be it in the middle of a task: the power is gone. */
    public void endsWhen(BooleanSupplier over) {
        isOver = over;
    }

    public boolean hasEnded() {
        if (!ended && isOver.getAsBoolean()) {
            end();
        }
        return ended;
    }

    SimulatedScheduler scheduler() {
        return scheduler;
    }

    /** What it takes to hand a task to another thread. */
    long hopNanos() {
        return 1L + scheduler.random().nextInt(LONGEST_HOP_NANOS);
    }

    void after(long delayNanos, Runnable turn) {
        if (!hasEnded()) {
            scheduler.afterNanos(delayNanos, () -> run(turn));
        }
    }

    private void run(Runnable turn) {
        if (hasEnded()) {
            return;
        }
        if (paused) {
            held.add(turn);
        } else {
            turn.run();
        }
    }

    void failed(Throwable failure) {
        if (!hasEnded()) {
            onFailure.accept(failure);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
