// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.Header;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.Record;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.batch.RecordHeader;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** A record as a test means it, and what it should look like in each message. */
record SampleRecord(
        long timestampMs,
        Optional<ByteString> key,
        Optional<ByteString> value,
        List<Header> headers) {

    static Arbitrary<SampleRecord> any() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1L << 42),
                        bytes().optional(),
                        bytes().optional(),
                        header().list().ofMaxSize(3))
                .as(SampleRecord::new);
    }

    private static Arbitrary<ByteString> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(ByteString::copyFrom);
    }

    private static Arbitrary<Header> header() {
        Arbitrary<String> keys = Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMaxLength(9);
        return Combinators.combine(keys, bytes())
                .as((key, value) -> Header.newBuilder().setKey(key).setValue(value).build());
    }

    void appendTo(RecordBatchBuilder batch) {
        batch.append(
                timestampMs,
                key.map(ByteString::toByteArray).orElse(null),
                value.map(ByteString::toByteArray).orElse(null),
                headers.stream()
                        .map(
                                header ->
                                        RecordHeader.of(
                                                header.getKey(), header.getValue().toByteArray()))
                        .collect(Collectors.toList()));
    }

    Record asRecord(long baseTimestampMs) {
        Record.Builder expected =
                Record.newBuilder()
                        .setTimestampDeltaMs(timestampMs - baseTimestampMs)
                        .addAllHeaders(headers);
        key.ifPresent(expected::setKey);
        value.ifPresent(expected::setValue);
        return expected.build();
    }

    NewRecord asNewRecord() {
        NewRecord.Builder expected =
                NewRecord.newBuilder().setTimestampMs(timestampMs).addAllHeaders(headers);
        key.ifPresent(expected::setKey);
        value.ifPresent(expected::setValue);
        return expected.build();
    }
}
