// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.fake.FakeCluster;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.TaffrailClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a steady producer sends, and what a reading makes of it. */
@Timeout(120)
class NumberedReadingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private FakeCluster cluster;
    private TaffrailClient client;

    @BeforeEach
    void start() throws IOException {
        cluster = FakeCluster.start();
        cluster.createTopic("ticks", 1);
        client = Connection.openTo(cluster.bootstrap());
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    private long read() throws IOException {
        return NumberedReading.readAll(client, PartitionRef.of("ticks", 0), () -> false);
    }

    private void send(String... numbers) {
        try (Producer producer = client.newProducer()) {
            for (String number : numbers) {
                TaffrailClient.await(producer.send(ProducerRecord.of("ticks", number)));
            }
        }
    }

    @Test
    void whatIsSentSteadilyIsReadInOrder() throws Exception {
        long sent;
        try (SteadyProducer producer = SteadyProducer.start(client, "ticks")) {
            producer.awaitAcknowledged(100, PATIENCE);
            producer.measurePauses();
            producer.awaitAcknowledged(producer.sent() + 100, PATIENCE);
            assertThat(producer.longestPause()).isPositive();
            sent = producer.finish(PATIENCE);
        }
        assertThat(sent).isGreaterThanOrEqualTo(200);
        assertThat(read()).isEqualTo(sent);
        assertThat(cluster.records("ticks", 0)).isEqualTo(sent);
    }

    @Test
    void aProducerThatGetsNoAnswerIsGivenUp() throws Exception {
        try (SteadyProducer producer = SteadyProducer.start(client, "ticks")) {
            producer.awaitAcknowledged(1, PATIENCE);
            assertThatThrownBy(
                            () -> producer.awaitAcknowledged(Long.MAX_VALUE, Duration.ofMillis(50)))
                    .isInstanceOf(CommandFailedException.class)
                    .hasMessageContaining("only");
        }
    }

    @Test
    void aLostNumberIsNoticed() {
        send("1", "2", "4");
        assertThatThrownBy(this::read).hasMessageContaining("number 4 follows number 2");
    }

    @Test
    void aDoubledNumberIsNoticed() {
        send("1", "2", "2", "3");
        assertThatThrownBy(this::read).hasMessageContaining("number 2 follows number 2");
    }

    @Test
    void swappedNumbersAreNoticed() {
        send("1", "3", "2");
        assertThatThrownBy(this::read).hasMessageContaining("number 3 follows number 1");
    }
}
