// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One thing measured several times over, in the order of measuring. The median says how much, the
 * range from the least to the most how sure.
 */
record Samples(List<Double> values) {
    Samples {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        values = List.copyOf(values);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double least() {
        return values.stream().min(Double::compare).orElseThrow();
    }

    double most() {
        return values.stream().max(Double::compare).orElseThrow();
    }

    /**
     * Each of these by the one of {@code others} that was measured beside it: what slowed the
     * machine down for a while slowed both, and falls out.
     */
    Samples ratioTo(Samples others) {
        if (others.values.size() != values.size()) {
            throw new IllegalArgumentException(
                    values.size() + " measured beside " + others.values.size());
        }
        return new Samples(
                IntStream.range(0, values.size())
                        .mapToObj(i -> values.get(i) / others.values.get(i))
                        .toList());
    }
}
