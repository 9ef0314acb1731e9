// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.client.StartFrom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class StartOptionTest {
    private static StartFrom start(String text) {
        return new StartOption().convert(text);
    }

    @Test
    void readsEveryFormOfAStart() {
        assertThat(start("earliest")).isEqualTo(StartFrom.earliest());
        assertThat(start("latest")).isEqualTo(StartFrom.latest());
        assertThat(start("0")).isEqualTo(StartFrom.offset(0));
        assertThat(start("123456789012345678")).isEqualTo(StartFrom.offset(123456789012345678L));
        assertThat(start("@1767225600123")).isEqualTo(StartFrom.timestampMs(1767225600123L));
        assertThat(start("@2026-01-01T00:00:00.123Z"))
                .isEqualTo(StartFrom.timestampMs(1767225600123L));
        assertThat(start("@2026-01-01T01:00:00+01:00"))
                .isEqualTo(StartFrom.timestampMs(1767225600000L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "first", "@", "@yesterday", "@2026-01-01", "1234567890123456789"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> start(text)).isInstanceOf(TypeConversionException.class);
    }
}
