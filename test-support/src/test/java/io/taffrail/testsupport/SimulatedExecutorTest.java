// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SimulatedExecutorTest {
    private final List<Throwable> failures = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private final SimulatedScheduler scheduler = new SimulatedScheduler(7);
    private final SimulatedProcess process = new SimulatedProcess(scheduler, "node", failures::add);
    private final SimulatedExecutor thread = process.executor("main");

    @Test
    void aThreadKeepsTheOrderOfItsTasks() {
        IntStream.range(0, 100).forEach(i -> thread.execute(() -> done.add("" + i)));
        scheduler.runFor(Duration.ofSeconds(1));
        assertThat(done).isEqualTo(IntStream.range(0, 100).mapToObj(i -> "" + i).toList());
    }

    @Test
    void threadsOvertakeEachOther() {
        SimulatedExecutor other = process.executor("other");
        IntStream.range(0, 100)
                .forEach(
                        i -> {
                            thread.execute(() -> done.add("a" + i));
                            other.execute(() -> done.add("b" + i));
                        });
        scheduler.runFor(Duration.ofSeconds(1));
        assertThat(done).hasSize(200);
        assertThat(IntStream.range(0, 100).filter(i -> isBefore("b" + i, "a" + i)).count())
                .isBetween(1L, 99L);
    }

    private boolean isBefore(String first, String second) {
        return done.indexOf(first) < done.indexOf(second);
    }

    @Test
    void tasksComeDueInVirtualTime() {
        List<Long> times = new ArrayList<>();
        ScheduledFuture<?> once =
                thread.schedule(() -> times.add(scheduler.nanoTime()), 3, TimeUnit.SECONDS);
        assertThat(once.isDone()).isFalse();
        ScheduledFuture<?> repeated =
                thread.scheduleWithFixedDelay(() -> done.add("tick"), 1, 1, TimeUnit.SECONDS);
        scheduler.runFor(Duration.ofMillis(5500));
        assertThat(times).hasSize(1);
        assertThat(times.get(0)).isBetween(3_000_000_000L, 3_001_000_000L);
        assertThat(done).hasSize(5);
        repeated.cancel(false);
        scheduler.runFor(Duration.ofSeconds(5));
        assertThat(done).hasSize(5);
    }

    @Test
    void aPausedProcessCatchesUpWhenItGoesOn() {
        process.pause();
        IntStream.range(0, 20).forEach(i -> thread.execute(() -> done.add("" + i)));
        scheduler.runFor(Duration.ofSeconds(1));
        assertThat(done).isEmpty();
        assertThat(process.resume()).isTrue();
        IntStream.range(20, 40).forEach(i -> thread.execute(() -> done.add("" + i)));
        scheduler.runFor(Duration.ofSeconds(1));
        assertThat(done).isEqualTo(IntStream.range(0, 40).mapToObj(i -> "" + i).toList());
    }

    @Test
    void nothingRunsAfterTheEnd() {
        thread.execute(() -> done.add("a"));
        process.end();
        thread.execute(() -> done.add("b"));
        scheduler.runFor(Duration.ofSeconds(1));
        assertThat(done).isEmpty();
    }

    @Test
    void whatATaskThrowsIsTold() {
        thread.execute(
                () -> {
                    throw new IllegalStateException("a");
                });
        ScheduledFuture<?> later =
                thread.schedule(
                        () -> {
                            throw new IllegalStateException("b");
                        },
                        1,
                        TimeUnit.SECONDS);
        scheduler.runFor(Duration.ofSeconds(2));
        assertThat(failures).extracting(Throwable::getMessage).containsExactly("a", "b");
        assertThat(later.isDone()).isTrue();
    }

    @Test
    void waitingForWhatIsNotDoneIsABug() {
        ScheduledFuture<?> later = thread.schedule(() -> {}, 1, TimeUnit.SECONDS);
        assertThatThrownBy(later::get).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theSameSeedMakesTheSameRun() {
        assertThat(orderOf(11)).isEqualTo(orderOf(11)).isNotEqualTo(orderOf(12));
    }

    private static List<String> orderOf(long seed) {
        SimulatedScheduler scheduler = new SimulatedScheduler(seed);
        SimulatedProcess process = new SimulatedProcess(scheduler, "node", failure -> {});
        List<String> order = new ArrayList<>();
        for (int thread = 0; thread < 5; thread++) {
            SimulatedExecutor executor = process.executor("thread-" + thread);
            IntStream.range(0, 20)
                    .forEach(i -> executor.execute(() -> order.add(executor + "" + i)));
        }
        scheduler.runFor(Duration.ofSeconds(1));
        return order;
    }
}
