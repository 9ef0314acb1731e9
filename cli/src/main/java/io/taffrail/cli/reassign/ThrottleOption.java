// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --throttle} of commands that move replicas. */
final class ThrottleOption {
    @Option(
            names = "--throttle",
            paramLabel = "BYTES",
            converter = Rate.class,
            description =
                    "How many bytes per second each broker may receive for moves, such as 50M (k, M"
                            + " and G are thousands, millions and more); 0: no limit. It counts for"
                            + " all that are under way. Default: as it is.")
    private Long bytesPerSecond;

    /** Empty: as it is. */
    OptionalLong bytesPerSecond() {
        return bytesPerSecond == null ? OptionalLong.empty() : OptionalLong.of(bytesPerSecond);
    }

    /** Reads bytes per second. */
    static final class Rate implements ITypeConverter<Long> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([kMG]?)");

        @Override
        public Long convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no number of bytes, such as 50M");
            }
            long unit =
                    switch (matcher.group(2)) {
                        case "k" -> 1_000L;
                        case "M" -> 1_000_000L;
                        case "G" -> 1_000_000_000L;
                        default -> 1L;
                    };
            return Long.parseLong(matcher.group(1)) * unit;
        }
    }
}
