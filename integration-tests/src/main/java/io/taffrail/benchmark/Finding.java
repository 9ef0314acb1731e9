// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import java.util.OptionalDouble;

/**
 * A line of the report: the store beside the bare file system.
 *
 * @param bare what the file system does with the same bytes
 * @param goal the ratio that is to be reached, if there is one
 */
record Finding(String what, String unit, Samples bare, Samples store, OptionalDouble goal) {
    private static final String FORMAT = "%-46s %-10s %-26s %-26s %-20s %s%n";

    static Finding of(String what, String unit, Samples bare, Samples store) {
        return new Finding(what, unit, bare, store, OptionalDouble.empty());
    }

    Finding withGoal(double ratio) {
        return new Finding(what, unit, bare, store, OptionalDouble.of(ratio));
    }

    static String heading() {
        return FORMAT.formatted("", "unit", "bare", "store", "ratio", "goal");
    }

    String line() {
        Samples ratio = store.ratioTo(bare);
        return FORMAT.formatted(
                what,
                unit,
                amount(bare, "%,.0f"),
                amount(store, "%,.0f"),
                amount(ratio, "%.2f"),
                goal.isEmpty() ? "" : judged(goal.getAsDouble(), ratio.median()));
    }

    private static String amount(Samples samples, String format) {
        return String.format(
                format + " (" + format + " to " + format + ")",
                samples.median(),
                samples.least(),
                samples.most());
    }

    private static String judged(double goal, double ratio) {
        return String.format("at least %.1f: %s", goal, ratio >= goal ? "met" : "MISSED");
    }
}
