// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import io.taffrail.logstore.files.DamagedFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The lines {@code name value} of a small file. */
record FileFields(Path path, Map<String, String> values) {
    static FileFields of(Path path, List<String> lines) {
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            String[] words = line.split(" ", 2);
            values.put(words[0], words.length == 2 ? words[1] : "");
        }
        return new FileFields(path, values);
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(values.get(name));
    }

    long number(String name) throws DamagedFileException {
        return parsed(name, Long::parseLong);
    }

    Optional<Long> optionalNumber(String name) throws DamagedFileException {
        return values.containsKey(name) ? Optional.of(number(name)) : Optional.empty();
    }

    <T> T parsed(String name, Function<String, T> parse) throws DamagedFileException {
        String value = values.get(name);
        if (value == null) {
            throw new DamagedFileException(path, "it has no line '" + name + "'");
        }
        try {
            return parse.apply(value);
        } catch (IllegalArgumentException e) {
            throw new DamagedFileException(path, "'" + value + "' is no value for " + name);
        }
    }
}
