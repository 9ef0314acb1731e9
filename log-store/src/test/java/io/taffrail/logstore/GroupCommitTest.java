// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.model.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private static final GroupCommit.Outcome IGNORED =
            new GroupCommit.Outcome() {
                @Override
                public void durable(long endOffset) {}

                @Override
                public void failed(IOException cause) {}
            };

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong appended = new AtomicLong();
    private final AtomicInteger rounds = new AtomicInteger();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(10, SECONDS)).isTrue();
    }

    @Test
    void aRoundCoversOnlyWhatWasAppendedWhenItBegan() throws Exception {
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch forced = new CountDownLatch(1);
        GroupCommit commit =
                new GroupCommit(
                        threads,
                        () -> {
                            long end = appended.get();
                            if (rounds.getAndIncrement() == 0) {
                                forcing.countDown();
                                await(forced);
                            }
                            return end;
                        },
                        IGNORED,
                        Clock.SYSTEM,
                        0);
        appended.set(10);
        CompletableFuture<Void> first = commit.whenDurable(10);
        forcing.await();
        appended.set(20);
        CompletableFuture<Void> second = commit.whenDurable(20);
        assertThat(first).isNotDone();
        forced.countDown();
        second.get(10, SECONDS);
        assertThat(first).isCompleted();
        assertThat(rounds).hasValue(2);
    }

    @Test
    void oneRoundServesAllWhoWaited() throws Exception {
        CountDownLatch forced = new CountDownLatch(1);
        GroupCommit commit =
                new GroupCommit(
                        threads,
                        () -> {
                            long end = appended.get();
                            if (rounds.getAndIncrement() == 0) {
                                await(forced);
                            }
                            return end;
                        },
                        IGNORED,
                        Clock.SYSTEM,
                        0);
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            long end = appended.incrementAndGet();
            waiting.add(
                    threads.submit(
                            () -> {
                                commit.awaitDurable(end);
                                assertThat(commit.durableEndOffset()).isGreaterThanOrEqualTo(end);
                                return null;
                            }));
        }
        forced.countDown();
        for (Future<?> waiter : waiting) {
            waiter.get(10, SECONDS);
        }
        assertThat(commit.durableEndOffset()).isEqualTo(50);
        assertThat(rounds.get()).isLessThan(50);
    }

    @Test
    void afterAFailureNothingIsForcedAndEverybodyIsTold() {
        GroupCommit commit =
                new GroupCommit(
                        threads,
                        () -> {
                            rounds.incrementAndGet();
                            throw new IOException("disk on fire");
                        },
                        IGNORED,
                        Clock.SYSTEM,
                        0);
        assertThatThrownBy(() -> commit.awaitDurable(1)).hasMessageContaining("disk on fire");
        assertThatThrownBy(() -> commit.awaitDurable(1)).hasMessageContaining("disk on fire");
        assertThat(commit.whenDurable(2)).isCompletedExceptionally();
        assertThat(rounds).hasValue(1);
    }

    @Test
    void nothingRunsBesideWhatRunsExclusively() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        GroupCommit commit =
                new GroupCommit(
                        threads,
                        () -> {
                            assertThat(inside.incrementAndGet()).isEqualTo(1);
                            long end = appended.get();
                            inside.decrementAndGet();
                            return end;
                        },
                        IGNORED,
                        Clock.SYSTEM,
                        0);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean exclusive = i % 4 == 0;
            all.add(
                    threads.submit(
                            () -> {
                                for (int n = 0; n < 500; n++) {
                                    if (exclusive) {
                                        commit.exclusively(
                                                () -> {
                                                    assertThat(inside.incrementAndGet())
                                                            .isEqualTo(1);
                                                    inside.decrementAndGet();
                                                });
                                    } else {
                                        commit.awaitDurable(appended.incrementAndGet());
                                    }
                                }
                                return null;
                            }));
        }
        for (Future<?> one : all) {
            one.get(20, SECONDS);
        }
    }

    @Test
    void whoWaitsForWhatWasCutIsTold() throws IOException {
        GroupCommit commit = new GroupCommit(task -> {}, appended::get, IGNORED, Clock.SYSTEM, 0);
        CompletableFuture<Void> kept = commit.whenDurable(5);
        CompletableFuture<Void> cut = commit.whenDurable(6);
        GroupCommit other = new GroupCommit(threads, appended::get, IGNORED, Clock.SYSTEM, 0);
        other.exclusively(() -> other.cutTo(5));
        commit.cutTo(5);
        assertThat(kept).isCompleted();
        assertThat(cut).isCompletedExceptionally();
        appended.set(6);
        other.awaitDurable(6);
        assertThat(other.durableEndOffset()).isEqualTo(6);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
