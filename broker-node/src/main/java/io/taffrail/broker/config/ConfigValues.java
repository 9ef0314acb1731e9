// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What each key is set to, of those values that the sources give, and by which of them. */
final class ConfigValues {
    private final Map<String, GivenValue> winners = new HashMap<>();
    private final Set<String> unsound = new HashSet<>();

    private ConfigValues() {}

    /**
     * Takes the first value of each key.
     *
     * @param sources the first of them counts before the second
     * @param problems get what is wrong with any value, whether it counts or not
     */
    static ConfigValues resolve(List<List<GivenValue>> sources, List<String> problems) {
        ConfigValues values = new ConfigValues();
        for (List<GivenValue> source : sources) {
            Map<String, GivenValue> ofThisSource = new HashMap<>();
            for (GivenValue given : source) {
                GivenValue before = ofThisSource.putIfAbsent(given.key(), given);
                if (before != null && !before.value().equals(given.value())) {
                    problems.add(contradiction(before, given));
                }
                values.add(given, problems);
            }
        }
        return values;
    }

    private static String contradiction(GivenValue before, GivenValue given) {
        return given.where()
                + ": "
                + given.key()
                + " is '"
                + given.value()
                + "', and "
                + before.where()
                + " says '"
                + before.value()
                + "': give it once";
    }

    private void add(GivenValue given, List<String> problems) {
        Optional<ConfigKey<?>> key = ConfigTable.named(given.key());
        if (key.isEmpty()) {
            problems.add(unknown(given));
            return;
        }
        winners.putIfAbsent(given.key(), given);
        key.get()
                .problemWith(given.value())
                .ifPresent(
                        problem -> {
                            problems.add(given.where() + ": " + problem);
                            unsound.add(given.key());
                        });
    }

    private static String unknown(GivenValue given) {
        String suggestion =
                Suggestion.nearest(given.key(), ConfigTable.names())
                        .map(name -> ": did you mean '" + name + "'?")
                        .orElse(": docs/configuration.md lists all");
        return given.where() + ": there is no key '" + given.key() + "'" + suggestion;
    }

    /** Whether no value that was given to any of these keys is wrong in itself. */
    boolean sound(ConfigKey<?>... keys) {
        return List.of(keys).stream().noneMatch(key -> unsound.contains(key.name()));
    }

    boolean isGiven(ConfigKey<?> key) {
        return winners.containsKey(key.name());
    }

    /** The value that counts; to be asked for if it is sound. */
    <T> T get(ConfigKey<T> key) {
        return key.type().parse(isGiven(key) ? winners.get(key.name()).value() : key.builtIn());
    }

    /** Key, value and source, for messages. */
    String describe(ConfigKey<?> key) {
        GivenValue given = winners.get(key.name());
        return given == null
                ? key.name() + " is '" + key.builtIn() + "' (the default)"
                : key.name() + " is '" + given.value() + "' (" + given.where() + ")";
    }
}
