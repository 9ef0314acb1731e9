// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.util.Optional;

/**
 * One key of the configuration.
 *
 * @param builtIn the value where nobody gives another
 * @param documentation what it does, for people
 */
record ConfigKey<T>(String name, ValueType<T> type, String builtIn, String documentation) {
    /** What is wrong with a value, as a sentence that names the key; empty if nothing is. */
    Optional<String> problemWith(String value) {
        try {
            type.parse(value);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(name + " is '" + value + "': allowed is " + e.getMessage());
        }
    }
}
