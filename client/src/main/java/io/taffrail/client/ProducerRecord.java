// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A record to be sent. Immutable, as long as nobody writes to the arrays that were given; those are
 * read within {@link Producer#send} and not kept.
 */
public final class ProducerRecord {
    private final String topic;
    private final OptionalInt partition;
    private final byte[] key;
    private final byte[] value;
    private final List<RecordHeader> headers;
    private final OptionalLong timestampMs;

    private ProducerRecord(
            String topic,
            OptionalInt partition,
            byte[] key,
            byte[] value,
            List<RecordHeader> headers,
            OptionalLong timestampMs) {
        TopicPartition.requireTopicName(topic);
        this.topic = topic;
        this.partition = partition;
        this.key = key;
        this.value = value;
        this.headers = List.copyOf(headers);
        this.timestampMs = timestampMs;
    }

    /** Without a key: the producer chooses a partition. */
    public static ProducerRecord of(String topic, byte[] value) {
        return of(topic, null, value);
    }

    /**
     * With a key, which decides the partition.
     *
     * @param key null: none
     * @param value null: a tombstone
     */
    public static ProducerRecord of(String topic, byte[] key, byte[] value) {
        return new ProducerRecord(
                topic, OptionalInt.empty(), key, value, List.of(), OptionalLong.empty());
    }

    /** Text in UTF-8, without a key. */
    public static ProducerRecord of(String topic, String value) {
        return of(topic, null, utf8(value));
    }

    /** Text in UTF-8. */
    public static ProducerRecord of(String topic, String key, String value) {
        return of(topic, utf8(key), utf8(value));
    }

    /** The same record for this partition, whatever its key. */
    public ProducerRecord withPartition(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("partition " + number + " is negative");
        }
        return new ProducerRecord(topic, OptionalInt.of(number), key, value, headers, timestampMs);
    }

    /** The same record with one more header. */
    public ProducerRecord withHeader(String name, byte[] headerValue) {
        List<RecordHeader> more = new ArrayList<>(headers);
        more.add(RecordHeader.of(name, headerValue));
        return withHeaders(more);
    }

    /** The same record with these headers instead of its own. */
    public ProducerRecord withHeaders(List<RecordHeader> all) {
        return new ProducerRecord(topic, partition, key, value, all, timestampMs);
    }

    /** The same record with this time, in milliseconds since 1970, instead of the clock's. */
    public ProducerRecord withTimestampMs(long timestamp) {
        return new ProducerRecord(
                topic, partition, key, value, headers, OptionalLong.of(timestamp));
    }

    public String topic() {
        return topic;
    }

    /** Empty: the producer chooses. */
    public OptionalInt partition() {
        return partition;
    }

    /** Null if there is none. */
    public byte[] key() {
        return key;
    }

    /** Null for a tombstone. */
    public byte[] value() {
        return value;
    }

    public List<RecordHeader> headers() {
        return headers;
    }

    /** Empty: the clock's when it is sent. */
    public OptionalLong timestampMs() {
        return timestampMs;
    }

    private static byte[] utf8(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
