// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.Header;
import io.taffrail.model.batch.RecordHeader;
import java.util.ArrayList;
import java.util.List;

/** Headers of records, in their order. */
public final class HeaderTranslator {
    private HeaderTranslator() {}

    /** Values are not copied. */
    public static List<RecordHeader> toModel(List<Header> headers) {
        if (headers.isEmpty()) {
            return List.of();
        }
        List<RecordHeader> translated = new ArrayList<>(headers.size());
        for (Header header : headers) {
            translated.add(
                    new RecordHeader(header.getKey(), header.getValue().asReadOnlyByteBuffer()));
        }
        return translated;
    }

    /** Values are copied. */
    public static List<Header> toProto(List<RecordHeader> headers) {
        if (headers.isEmpty()) {
            return List.of();
        }
        List<Header> translated = new ArrayList<>(headers.size());
        for (RecordHeader header : headers) {
            translated.add(
                    Header.newBuilder()
                            .setKey(header.key())
                            .setValue(ByteString.copyFrom(header.value()))
                            .build());
        }
        return translated;
    }
}
