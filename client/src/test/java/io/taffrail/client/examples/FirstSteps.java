// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.client.Consumer;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.RecordMetadata;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import java.time.Duration;

/** The example in the package's documentation, which a test holds equal to this. */
public final class FirstSteps {
    private FirstSteps() {}

    public static void run(String bootstrap) {
        // begin
        try (TaffrailClient client = TaffrailClient.connect(bootstrap)) {
            Producer producer = client.newProducer();
            var sent = producer.send(ProducerRecord.of("greetings", "world", "hello"));
            RecordMetadata where = TaffrailClient.await(sent);
            System.out.println("stored at " + where.partition() + ", " + where.offset());

            Consumer consumer = client.newConsumer();
            consumer.assignAll("greetings", StartFrom.earliest());
            for (ConsumerRecord each : consumer.poll(Duration.ofSeconds(10))) {
                System.out.println(each + ": " + new String(each.value(), UTF_8));
            }
        }
        // end
    }
}
