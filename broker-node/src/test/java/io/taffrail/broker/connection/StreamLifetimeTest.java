// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.model.LogError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamLifetimeTest {
    private static final LogFailure OLD = LogFailure.of(LogError.RECONNECT, "old");

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final List<LogFailure> heard = new ArrayList<>();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void listenersHearOnceWhyItIsOver() {
        StreamLifetime lifetime = new StreamLifetime();
        Subscription subscription = lifetime.whenOver(heard::add);
        assertThat(heard).isEmpty();

        lifetime.end(OLD);
        lifetime.end(LogFailure.of(LogError.SHUTTING_DOWN, "later"));

        assertThat(heard).containsExactly(OLD);
        subscription.close();
        subscription.close();
    }

    @Test
    void whoComesLateHearsAtOnce() {
        StreamLifetime lifetime = new StreamLifetime();
        lifetime.end(OLD);

        lifetime.whenOver(heard::add).close();

        assertThat(heard).containsExactly(OLD);
    }

    @Test
    void whoLeftHearsNothingAndTheSameListenerMayStandTwice() {
        StreamLifetime lifetime = new StreamLifetime();
        Subscription first = lifetime.whenOver(heard::add);
        Subscription second = lifetime.whenOver(heard::add);
        first.close();

        lifetime.end(OLD);

        assertThat(heard).hasSize(1);
        second.close();
    }

    @Test
    void oneListenersBugDoesNotKeepOthersFromHearing() {
        StreamLifetime lifetime = new StreamLifetime();
        Subscription broken =
                lifetime.whenOver(
                        why -> {
                            throw new IllegalStateException("made for this test");
                        });
        Subscription intact = lifetime.whenOver(heard::add);

        lifetime.end(OLD);

        assertThat(heard).containsExactly(OLD);
        broken.close();
        intact.close();
    }

    @Test
    void aConnectionsLifetimeEndsWithItsAge() throws Exception {
        BlockingQueue<LogFailure> ends = new LinkedBlockingQueue<>();
        ConnectionLifetimes lifetimes = lifetimes(Duration.ofMillis(20));

        connect(lifetimes).whenOver(ends::add);

        LogFailure end = ends.poll(30, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        assertThat(end.error()).isEqualTo(LogError.RECONNECT);
        assertThat(end.retryDelay()).contains(Duration.ZERO);
    }

    @Test
    void aStopEndsConnectionsThatAreAndThoseToCome() {
        ConnectionLifetimes lifetimes = lifetimes(Duration.ofHours(1));
        connect(lifetimes).whenOver(heard::add);

        lifetimes.stop();
        connect(lifetimes).whenOver(heard::add);
        lifetimes.stop();

        assertThat(heard)
                .extracting(LogFailure::error)
                .containsExactly(LogError.SHUTTING_DOWN, LogError.SHUTTING_DOWN);
    }

    @Test
    void aConnectionThatIsGoneIsForgotten() {
        ConnectionLifetimes lifetimes = lifetimes(Duration.ofHours(1));
        timer.setRemoveOnCancelPolicy(true);
        Attributes attributes = lifetimes.transportReady(Attributes.EMPTY);
        assertThat(timer.getQueue()).hasSize(1);

        lifetimes.transportTerminated(attributes);
        lifetimes.transportTerminated(Attributes.EMPTY);

        assertThat(timer.getQueue()).isEmpty();
    }

    private ConnectionLifetimes lifetimes(Duration age) {
        return new ConnectionLifetimes(age, timer, new Random(1));
    }

    private static StreamLifetime connect(ConnectionLifetimes lifetimes) {
        return lifetimes.transportReady(Attributes.EMPTY).get(StreamLifetime.KEY);
    }
}
