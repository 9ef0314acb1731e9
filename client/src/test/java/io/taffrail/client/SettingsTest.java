// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.client.ConsumerSettings.OutOfRangePolicy;
import io.taffrail.model.Acks;
import io.taffrail.model.HostPort;
import io.taffrail.model.batch.Compression;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void producersAreSafeByDefault() {
        assertThat(ProducerSettings.defaults())
                .isEqualTo(
                        new ProducerSettings(
                                Acks.ALL,
                                Compression.NONE,
                                65_536,
                                Duration.ofMillis(5),
                                33_554_432,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(2),
                                5,
                                true));
    }

    @Test
    void everyProducerSettingCanBeChanged() {
        ProducerSettings changed =
                ProducerSettings.defaults()
                        .withAcks(Acks.LEADER)
                        .withCompression(Compression.LZ4)
                        .withBatchBytes(1)
                        .withLinger(Duration.ZERO)
                        .withMaxBufferedBytes(2)
                        .withMaxBlock(Duration.ofMillis(3))
                        .withRequestTimeout(Duration.ofMillis(4))
                        .withDeliveryTimeout(Duration.ofMillis(5))
                        .withMaxInFlight(6)
                        .withIdempotent(false);

        assertThat(changed)
                .isEqualTo(
                        new ProducerSettings(
                                Acks.LEADER,
                                Compression.LZ4,
                                1,
                                Duration.ZERO,
                                2,
                                Duration.ofMillis(3),
                                Duration.ofMillis(4),
                                Duration.ofMillis(5),
                                6,
                                false));
    }

    @Test
    void refusesWhatCannotBe() {
        ProducerSettings producer = ProducerSettings.defaults();
        ConsumerSettings consumer = ConsumerSettings.defaults();

        assertRefused(() -> producer.withMaxInFlight(33), "maxInFlight is 33: not in 1 to 32");
        assertRefused(() -> producer.withBatchBytes(0), "batchBytes is 0");
        assertRefused(() -> producer.withLinger(Duration.ofMillis(-1)), "linger is PT-0.001S");
        assertRefused(() -> producer.withDeliveryTimeout(Duration.ZERO), "deliveryTimeout is zero");
        assertRefused(() -> consumer.withMaxPollRecords(0), "maxPollRecords is 0");
        assertRefused(() -> consumer.withMaxBufferedBytes(1), "maxBufferedBytes is 1");
        assertRefused(() -> ClientSettings.of("nowhere"), "'nowhere' has no port");
        assertRefused(
                () -> ClientSettings.of("a:1").withKeepAlive(Duration.ofSeconds(1)),
                "keepAlive is PT1S");
    }

    private static void assertRefused(Runnable settings, String message) {
        assertThatThrownBy(settings::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void consumersFailWhereTheyWouldSkipRecords() {
        assertThat(ConsumerSettings.defaults())
                .isEqualTo(new ConsumerSettings(33_554_432, 1000, OutOfRangePolicy.FAIL, true));
    }

    @Test
    void takesSeveralBrokersToBeginWith() {
        assertThat(ClientSettings.of("a:1, [::1]:2").bootstrap())
                .containsExactly(new HostPort("a", 1), new HostPort("::1", 2));
    }
}
