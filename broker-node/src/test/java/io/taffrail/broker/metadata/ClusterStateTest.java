// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.broker.Subscription;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ClusterState cluster = new ClusterState(timer, OptionalInt::empty);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void thoseWhoWaitGetTheFirstImageThatWillDo() {
        CompletableFuture<MetadataImage> third = cluster.await(new MetadataVersion(1, 3), LONG);
        cluster.publish(at(1, 2), true);
        assertThat(third).isNotDone();
        cluster.publish(at(1, 4), false);
        assertThat(third.join().version()).isEqualTo(new MetadataVersion(1, 4));
        assertThat(cluster.await(new MetadataVersion(1, 3), LONG)).isDone();
    }

    @Test
    void thoseWhoseTimeIsUpGetTheNewestImage() throws Exception {
        cluster.publish(at(1, 2), true);
        MetadataImage image =
                cluster.await(new MetadataVersion(1, 3), Duration.ofMillis(10))
                        .get(30, TimeUnit.SECONDS);
        assertThat(image.version().index()).isEqualTo(2);
    }

    @Test
    void catchesUpWithWhatTheControllerHasCommitted() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        cluster.askCommitIndexBy(() -> answer);
        CompletableFuture<MetadataImage> caughtUp = cluster.catchUp(LONG);
        cluster.publish(at(1, 7), true);
        assertThat(caughtUp).isNotDone();
        answer.complete(8L);
        assertThat(caughtUp).isNotDone();
        cluster.publish(at(1, 8), false);
        assertThat(caughtUp.join().version().index()).isEqualTo(8);
    }

    @Test
    void doesWithWhatItHasWhereNoControllerAnswers() throws Exception {
        cluster.askCommitIndexBy(CompletableFuture::new);
        cluster.publish(at(1, 5), true);
        assertThat(
                        cluster.catchUp(Duration.ofMillis(10))
                                .get(30, TimeUnit.SECONDS)
                                .version()
                                .index())
                .isEqualTo(5);
        cluster.askCommitIndexBy(
                () -> CompletableFuture.failedFuture(new IllegalStateException("gone")));
        assertThat(cluster.catchUp(LONG).join().version().index()).isEqualTo(5);
    }

    @Test
    void watchersHearOfChangesOnlyAndUntilTheyLeave() {
        List<Long> heard = new ArrayList<>();
        Subscription broken =
                cluster.subscribe(
                        image -> {
                            throw new IllegalStateException("a bug in a watcher");
                        });
        Subscription watching = cluster.subscribe(image -> heard.add(image.version().index()));
        cluster.publish(at(1, 1), true);
        cluster.publish(at(1, 2), false);
        cluster.publish(at(1, 3), true);
        watching.close();
        broken.close();
        cluster.publish(at(1, 4), true);
        assertThat(heard).containsExactly(1L, 3L);
    }

    private static MetadataImage at(long term, long index) {
        return MetadataImage.EMPTY.at(new MetadataVersion(term, index));
    }
}
