// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant who wrote a key that does not exist. */
final class Suggestion {
    private Suggestion() {}

    /** The most similar of {@code names}; empty if none is similar enough to be what was meant. */
    static Optional<String> nearest(String mistaken, Collection<String> names) {
        String letters = letters(mistaken);
        return names.stream()
                .filter(name -> distance(letters, name) <= Math.max(1, letters.length() / 4))
                .min(
                        Comparator.<String>comparingInt(name -> distance(letters, name))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** A topic's setting without the {@code topic.} before it costs little. */
    private static int distance(String letters, String name) {
        int plain = edits(letters, letters(name));
        return name.startsWith("topic.")
                ? Math.min(plain, 1 + edits(letters, letters(name.substring("topic.".length()))))
                : plain;
    }

    /** The same for {@code node.id}, {@code NODE_ID} and {@code nodeId}. */
    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** How many letters to put in, take out or replace (Levenshtein). */
    private static int edits(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                current[j] =
                        Math.min(
                                previous[j - 1] + replaced,
                                1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
