// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.client.ProducerRecord;
import io.taffrail.model.batch.RecordHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes records of lines. */
public final class RecordMaker {
    private final String topic;
    private final OptionalInt partition;
    private final Optional<byte[]> key;
    private final Optional<byte[]> keySeparator;
    private final Optional<byte[]> nullText;
    private final List<RecordHeader> headers;

    /**
     * @param partition of every record; empty: the producer chooses
     * @param key of every record
     * @param keySeparator what ends the key at the beginning of a line; without {@code key}
     * @param nullText the value that makes a tombstone
     * @param headers of every record
     */
    RecordMaker(
            String topic,
            OptionalInt partition,
            Optional<byte[]> key,
            Optional<byte[]> keySeparator,
            Optional<byte[]> nullText,
            List<RecordHeader> headers) {
        this.topic = topic;
        this.partition = partition;
        this.key = key;
        this.keySeparator = keySeparator;
        this.nullText = nullText;
        this.headers = headers;
    }

    /** Records that are lines and nothing else. */
    public static RecordMaker ofValues(String topic) {
        return new RecordMaker(
                topic,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** Of the line that the reader stands at. */
    ProducerRecord ofLine(LineReader lines) {
        ByteBuffer line = lines.line();
        int split = keySeparator.isPresent() ? lines.indexOf(keySeparator.get()) : -1;
        if (split < 0) {
            return record(key.orElse(null), copy(line, line.position(), line.limit()));
        }
        return record(
                copy(line, line.position(), split),
                copy(line, split + keySeparator.get().length, line.limit()));
    }

    /** Of a text that is the value. */
    ProducerRecord ofValue(byte[] value) {
        return record(key.orElse(null), value);
    }

    private ProducerRecord record(byte[] recordKey, byte[] value) {
        boolean tombstone = nullText.isPresent() && Arrays.equals(nullText.get(), value);
        ProducerRecord record = ProducerRecord.of(topic, recordKey, tombstone ? null : value);
        if (partition.isPresent()) {
            record = record.withPartition(partition.getAsInt());
        }
        return headers.isEmpty() ? record : record.withHeaders(headers);
    }

    private static byte[] copy(ByteBuffer line, int start, int end) {
        byte[] bytes = new byte[end - start];
        line.get(start, bytes);
        return bytes;
    }
}
