// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.PartitionRef;
import io.taffrail.model.batch.RecordHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTemplateTest {
    private static final ConsumerRecord RECORD =
            new ConsumerRecord(
                    PartitionRef.of("orders", 2),
                    17,
                    3,
                    1_767_225_600_123L,
                    1_767_225_600_456L,
                    "key".getBytes(UTF_8),
                    "value".getBytes(UTF_8),
                    List.of(
                            RecordHeader.of("a", "1".getBytes(UTF_8)),
                            RecordHeader.of("b", "2".getBytes(UTF_8))));
    private static final ConsumerRecord BARE =
            new ConsumerRecord(PartitionRef.of("t", 0), 0, 0, 0, 0, null, null, List.of());

    private static String written(String format, ConsumerRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FormatNames.formatOf(format, "=".getBytes(UTF_8)).to(out).write(record);
        return out.toString(UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{topic}-{partition}@{offset} epoch {epoch} | orders-2@17 epoch 3",
                "{timestamp} {time} {append-timestamp} | 1767225600123 2026-01-01T00:00:00.123Z 1767225600456",
                "{key}: {value} | key: value",
                "{key:base64} {value:base64} | a2V5 dmFsdWU=",
                "[{headers}] | [a=1,b=2]",
                "{{{offset}}} | {17}",
                "base64 | dmFsdWU=",
                "value | value",
                "key-value | key=value",
            })
    void writesWhatTheFormatSays(String format, String expected) throws IOException {
        assertThat(written(format, RECORD)).isEqualTo(expected + "\n");
    }

    @Test
    void knowsTheEscapesOfC() throws IOException {
        assertThat(written("{offset}\\t{key}\\n\\r\\\\\\0", RECORD)).isEqualTo("17\tkey\n\r\\\0\n");
    }

    @ParameterizedTest
    @CsvSource({"'{key}|{value}|{headers}', '||'", "value, ''", "key-value, ''", "base64, ''"})
    void whatIsAbsentIsEmpty(String format, String expected) throws IOException {
        assertThat(written(format, BARE)).isEqualTo(expected + "\n");
    }

    @Test
    void bytesThatAreNoTextStayAsTheyAre() throws IOException {
        byte[] value = {(byte) 0xFF, 0, '\n', (byte) 0x80};
        ConsumerRecord record =
                new ConsumerRecord(PartitionRef.of("t", 0), 0, 0, 0, 0, null, value, List.of());
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        RecordTemplate.parse("{value}").to(out).write(record);

        assertThat(out.toByteArray()).containsExactly(0xFF, 0, '\n', 0x80, '\n');
    }

    @ParameterizedTest
    @ValueSource(strings = {"valeu", "{offste}", "{offset", "offset}", "{offset}\\", "{offset}\\x"})
    void refusesWhatIsNoFormat(String format) {
        assertThatThrownBy(() -> FormatNames.formatOf(format, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
