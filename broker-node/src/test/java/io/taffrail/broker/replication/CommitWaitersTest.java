// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.model.LogError;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CommitWaitersTest {
    private static final LogFailure LATE =
            LogFailure.of(LogError.NOT_COMMITTED_IN_TIME, "too late");
    private static final LogFailure OVER = LogFailure.of(LogError.NOT_LEADER, "over");

    private final CommitWaiters waiters = new CommitWaiters(10);

    @Test
    void completesThoseWhoseOffsetIsReachedAndNoOthers() {
        CompletableFuture<Optional<LogFailure>> before = waiters.await(10, 100);
        CompletableFuture<Optional<LogFailure>> at = waiters.await(20, 100);
        CompletableFuture<Optional<LogFailure>> beyond = waiters.await(21, 100);
        assertThat(before).isCompletedWithValue(Optional.empty());
        waiters.reached(20);
        assertThat(at).isCompletedWithValue(Optional.empty());
        assertThat(beyond).isNotDone();
        waiters.reached(5); // old news
        assertThat(waiters.await(20, 100)).isCompletedWithValue(Optional.empty());
    }

    @Test
    void tellsThoseWhoseTimeIsUp() {
        CompletableFuture<Optional<LogFailure>> early = waiters.await(20, 100);
        CompletableFuture<Optional<LogFailure>> late = waiters.await(15, 200);
        waiters.expire(99, LATE);
        assertThat(early).isNotDone();
        waiters.expire(100, LATE);
        assertThat(early).isCompletedWithValue(Optional.of(LATE));
        assertThat(late).isNotDone();
        assertThat(waiters.size()).isEqualTo(1);
    }

    @Test
    void failsEverybodyAtTheEndButNotWhatWasReached() {
        CompletableFuture<Optional<LogFailure>> waiting = waiters.await(20, 100);
        waiters.end(OVER);
        assertThat(waiting).isCompletedWithValue(Optional.of(OVER));
        assertThat(waiters.await(20, 100)).isCompletedWithValue(Optional.of(OVER));
        assertThat(waiters.await(10, 100)).isCompletedWithValue(Optional.empty());
    }
}
