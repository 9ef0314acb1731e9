// SPDX-License-Identifier: Apache-2.0
/**
 * The Java client: producer, consumer, admin. Nothing of gRPC or protobuf shows here.
 *
 * <pre>{@code
 * try (TaffrailClient client = TaffrailClient.connect(bootstrap)) {
 *     Producer producer = client.newProducer();
 *     var sent = producer.send(ProducerRecord.of("greetings", "world", "hello"));
 *     RecordMetadata where = TaffrailClient.await(sent);
 *     System.out.println("stored at " + where.partition() + ", " + where.offset());
 *
 *     Consumer consumer = client.newConsumer();
 *     consumer.assignAll("greetings", StartFrom.earliest());
 *     for (ConsumerRecord each : consumer.poll(Duration.ofSeconds(10))) {
 *         System.out.println(each + ": " + new String(each.value(), UTF_8));
 *     }
 * }
 * }</pre>
 *
 * <p>What fails throws a {@link io.taffrail.client.TaffrailException}, or completes a future with
 * one. The packages below, but for {@link io.taffrail.client.admin}, are the client's own and may
 * change at any time.
 */
package io.taffrail.client;
