// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import java.util.Iterator;
import java.util.List;

/** The formats that have a name: for completion and help. */
final class FormatNames implements Iterable<String> {
    static final List<String> NAMES = List.of("value", "key-value", "json", "base64");

    @Override
    public Iterator<String> iterator() {
        return NAMES.iterator();
    }

    /** The format of that name, or that a template describes. */
    static RecordFormat formatOf(String text, byte[] keySeparator) {
        return switch (text) {
            case "value" -> RecordFormat.value();
            case "key-value" -> RecordFormat.keyValue(keySeparator);
            case "json" -> new JsonFormat();
            case "base64" -> RecordTemplate.parse("{value:base64}");
            default -> {
                if (text.indexOf('{') < 0) {
                    throw new IllegalArgumentException(
                            "'%s' is none of %s, and no template, which would name a field in braces"
                                    .formatted(text, String.join(", ", NAMES)));
                }
                yield RecordTemplate.parse(text);
            }
        };
    }
}
