// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code log cat} writes of a record. */
enum CatFormat {
    VALUE("value"),
    KEY_VALUE("key-value"),
    JSON("json");

    private final String text;

    CatFormat(String text) {
        this.text = text;
    }

    /** For completion and help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(values()).map(format -> format.text).iterator();
        }
    }

    /** Reads what {@link Names} gives. */
    static final class Converter implements ITypeConverter<CatFormat> {
        @Override
        public CatFormat convert(String value) {
            return Stream.of(values())
                    .filter(format -> format.text.equals(value))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new TypeConversionException(
                                            "'" + value + "' is none of value, key-value, json"));
        }
    }
}
