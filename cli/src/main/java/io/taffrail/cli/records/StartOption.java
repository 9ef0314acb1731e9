// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.client.StartFrom;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where to begin, as it is written behind {@code --from}. */
final class StartOption implements ITypeConverter<StartFrom> {
    @Override
    public StartFrom convert(String text) {
        if (text.equals("earliest")) {
            return StartFrom.earliest();
        }
        if (text.equals("latest")) {
            return StartFrom.latest();
        }
        if (text.startsWith("@")) {
            return StartFrom.timestampMs(timestampMs(text.substring(1)));
        }
        if (text.matches("[0-9]{1,18}")) {
            return StartFrom.offset(Long.parseLong(text));
        }
        throw new TypeConversionException(
                "'" + text + "' is none of earliest, latest, an offset, and @ with a time");
    }

    private static long timestampMs(String text) {
        if (text.matches("[0-9]{1,18}")) {
            return Long.parseLong(text);
        }
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new TypeConversionException(
                    "'"
                            + text
                            + "' is no time: write milliseconds since 1970, or"
                            + " 2026-01-31T12:00:00Z, or 2026-01-31T12:00:00+01:00");
        }
    }
}
