// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import java.time.Duration;

/** What settings are checked with as they are built. */
final class Positive {
    /** So that it can be counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Positive() {}

    static void check(String name, Duration value) {
        if (value.isZero()) {
            throw new IllegalArgumentException(name + " is zero");
        }
        checkNotNegative(name, value);
    }

    static void checkNotNegative(String name, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " is " + value + ": not in 0 to " + LONGEST.toDays() + " days");
        }
    }

    static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " is " + value + ": not in " + least + " to " + most);
        }
    }
}
