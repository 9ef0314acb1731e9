// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taffrail.model.LogError;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordCursorTest {
    @Test
    void tellsAbsentFromEmpty() {
        RecordCursor cursor = new RecordCursor(hex("0a00" + "0a040a001200"));
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.hasKey()).isFalse();
        assertThat(cursor.key()).isNull();
        assertThat(cursor.keyBytes()).isZero();
        assertThat(cursor.hasValue()).isFalse();
        assertThat(cursor.value()).isNull();
        assertThat(cursor.headers()).isEmpty();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.hasKey()).isTrue();
        assertThat(cursor.key()).isEqualTo(ByteBuffer.allocate(0));
        assertThat(cursor.value()).isEqualTo(ByteBuffer.allocate(0));
        assertThat(cursor.offsetDelta()).isEqualTo(1);
        assertThat(cursor.next()).isFalse();
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void givesViewsThatCannotBeWrittenTo() {
        RecordCursor cursor = new RecordCursor(hex("0a060a016b120176"));
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.key().isReadOnly()).isTrue();
        assertThat(cursor.value().isReadOnly()).isTrue();
        byte[] copy = new byte[3];
        cursor.copyKey(copy, 0);
        cursor.copyValue(copy, 2);
        assertThat(copy).containsExactly('k', 0, 'v');
    }

    @Test
    void saysWhereTheEncodedRecordIs() {
        ByteBuffer payload = hex("ffff" + "0a030a016b" + "0a03120176").position(2);
        RecordCursor cursor = new RecordCursor(payload);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.recordPosition()).isEqualTo(2);
        assertThat(cursor.recordBytes()).isEqualTo(5);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.recordPosition()).isEqualTo(7);
        assertThat(cursor.recordBytes()).isEqualTo(5);
        cursor.reset(payload);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.offsetDelta()).isZero();
        assertThat(cursor.recordPosition()).isEqualTo(2);
    }

    @Test
    void readsTimestampsOfAnySign() {
        RecordCursor cursor =
                new RecordCursor(hex("0a022001" + "0a0b20ffffffffffffffffff01" + "0a0320fe01"));
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.timestampDeltaMs()).isEqualTo(-1);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.timestampDeltaMs()).isEqualTo(Long.MIN_VALUE);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.timestampDeltaMs()).isEqualTo(127);
    }

    @Test
    void readsHeadersWithPartsLeftOut() {
        RecordCursor cursor =
                new RecordCursor(hex("0a0e" + "1a00" + "1a030a016b" + "1a03120176" + "2002"));
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.headers())
                .isEqualTo(
                        List.of(
                                RecordHeader.of("", new byte[0]),
                                RecordHeader.of("k", new byte[0]),
                                RecordHeader.of("", Entries.bytes("v"))));
        assertThat(cursor.timestampDeltaMs()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no such tag, 00, INVALID_BATCH",
        "a tag alone, 0a, INVALID_BATCH",
        "records as a varint, 0800, INVALID_BATCH",
        "unknown field beside records, 1200, UNSUPPORTED_FORMAT",
        "unknown field of a high number, c0 3e 00, UNSUPPORTED_FORMAT",
        "tag beyond 32 bits, 8080808010, INVALID_BATCH",
        "tag not minimal, 0a 03 c000 00, INVALID_BATCH",
        "length not minimal, 0a 8000, INVALID_BATCH",
        "length not minimal in a record, 0a 04 0a 8100 6b, INVALID_BATCH",
        "length of five bytes, 0a ffffffff0f, INVALID_BATCH",
        "length of eleven bytes, 0a ffffffffffffffffffff01, INVALID_BATCH",
        "record runs past the end, 0a 02 00, INVALID_BATCH",
        "key runs past its record, 0a 02 0a 01 0a 00, INVALID_BATCH",
        "value runs past its record, 0a 02 12 01 0a 00, INVALID_BATCH",
        "header runs past its record, 0a 02 1a 01 0a 00, INVALID_BATCH",
        "header's key runs past it, 0a 05 1a 02 0a 01 00, INVALID_BATCH",
        "header's value before its key, 0a 06 1a 04 1200 0a00, INVALID_BATCH",
        "header with an unknown field, 0a 04 1a 02 1800, UNSUPPORTED_FORMAT",
        "header with a group, 0a 04 1a 02 1b1c, INVALID_BATCH",
        "key of overlong UTF-8, 0a 06 1a 04 0a02c080, INVALID_BATCH",
        "key with a surrogate, 0a 07 1a 05 0a03eda080, INVALID_BATCH",
        "key cut inside a character, 0a 05 1a 03 0a01c3, INVALID_BATCH",
        "value before key, 0a 04 1200 0a00, INVALID_BATCH",
        "key as a varint, 0a 02 0801, INVALID_BATCH",
        "timestamp twice, 0a 04 2002 2002, INVALID_BATCH",
        "timestamp beyond 64 bits, 0a 0b 20 ffffffffffffffffff02, INVALID_BATCH",
        "timestamp cut off, 0a 02 20 80, INVALID_BATCH",
        "offset_delta of 2^31, 0a 06 28 8080808008, INVALID_BATCH",
        "value's length not minimal, 0a 05 12 8200 6161, INVALID_BATCH",
        "timestamp not minimal, 0a 05 1200 20 8200, INVALID_BATCH",
        "length not minimal of a plain record, 0a 8400 12 02 6161, INVALID_BATCH",
        "offset_delta again, 0a 02 2800 0a 02 2800, INVALID_BATCH",
        "offset_delta after the largest, 0a 06 28 ffffffff07 0a 00, INVALID_BATCH",
        "plain record after the largest offset_delta, 0a 06 28 ffffffff07 0a 02 1200, INVALID_BATCH",
        "field number 0, 0a 02 0200, INVALID_BATCH",
        "wire type 6, 0a 02 3600, INVALID_BATCH",
        "field 6, 0a 02 3000, UNSUPPORTED_FORMAT",
    })
    void refuses(String what, String hex, LogError error) throws Exception {
        ByteBuffer payload = hex(hex.replace(" ", ""));
        MalformedRecordsException refused =
                catchThrowableOfType(
                        MalformedRecordsException.class,
                        () -> {
                            RecordCursor cursor = new RecordCursor(payload);
                            while (cursor.next()) {}
                        });
        assertThat(refused).as(what).isNotNull();
        assertThat(refused.fault().error()).isEqualTo(error);
        assertThat(WalkerVerdict.ofStream(payload).accepted()).isFalse();
        // far from the end, where the cursor reads whole words
        ByteBuffer inside = hex(hex.replace(" ", "") + "0a00".repeat(10));
        assertThat(WalkerVerdict.ofCursor(inside).accepted()).as(what).isFalse();
        assertThat(WalkerVerdict.ofStream(inside).accepted()).as(what).isFalse();
    }

    private static ByteBuffer hex(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
