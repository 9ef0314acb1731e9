// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnTest {
    @Test
    void aTaskOfATaskRunsAfterIt() {
        List<String> order = new ArrayList<>();
        Turn turn = new Turn(Runnable::run, () -> order.add("rest"), bug -> {});
        turn.run(
                () -> {
                    turn.run(() -> order.add("inner"));
                    order.add("outer");
                });
        assertThat(order).containsExactly("outer", "inner", "rest");
    }

    @Test
    void goesOnAfterABug() {
        List<String> order = new ArrayList<>();
        Turn turn = new Turn(Runnable::run, () -> {}, bug -> order.add(bug.getMessage()));
        turn.run(
                () -> {
                    throw new IllegalStateException("bug");
                });
        turn.run(() -> order.add("next"));
        assertThat(order).containsExactly("bug", "next");
    }

    @Test
    void aThreadThatDidEnoughForOthersIsRelieved() {
        List<Runnable> handedOver = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        AtomicInteger rests = new AtomicInteger();
        Turn turn = new Turn(handedOver::add, rests::incrementAndGet, bug -> {});
        turn.run(
                () -> {
                    for (int i = 0; i < 100; i++) {
                        turn.run(done::incrementAndGet);
                    }
                });
        assertThat(done).hasValue(63);
        assertThat(rests).hasPositiveValue(); // so that answers get out meanwhile
        assertThat(handedOver).hasSize(1);
        handedOver.get(0).run();
        assertThat(done).hasValue(100);
    }

    @Test
    void runsEveryTaskOfManyThreadsOneAtATime() throws Exception {
        int[] plain = new int[1]; // not safe for threads by itself
        CountDownLatch done = new CountDownLatch(1);
        Turn turn = new Turn(task -> new Thread(task).start(), () -> {}, bug -> {});
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread =
                    new Thread(
                            () -> {
                                for (int i = 0; i < 10_000; i++) {
                                    turn.run(() -> plain[0]++);
                                }
                            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        turn.run(done::countDown);
        done.await();
        assertThat(plain[0]).isEqualTo(40_000);
    }
}
