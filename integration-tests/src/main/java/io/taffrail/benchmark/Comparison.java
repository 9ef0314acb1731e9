// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures two things in turn, over and over, each first every other time: so that whatever else
 * the machine does falls on both.
 *
 * @param rounds that count
 * @param warmUps rounds before them, which do not
 */
record Comparison(int rounds, int warmUps) {
    /** Does it once, and says how fast it went. */
    interface Run {
        double rate() throws Exception;
    }

    Finding of(String what, String unit, Run bare, Run store) throws Exception {
        List<Double> bareRates = new ArrayList<>();
        List<Double> storeRates = new ArrayList<>();
        for (int round = 0; round < warmUps + rounds; round++) {
            if (round == warmUps) {
                bareRates.clear();
                storeRates.clear();
            }
            if (round % 2 == 0) {
                bareRates.add(bare.rate());
                storeRates.add(store.rate());
            } else {
                storeRates.add(store.rate());
                bareRates.add(bare.rate());
            }
        }
        return Finding.of(what, unit, new Samples(bareRates), new Samples(storeRates));
    }
}
