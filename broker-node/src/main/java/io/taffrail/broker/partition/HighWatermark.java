// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import static io.taffrail.model.Invariants.check;

import java.util.Collection;
import java.util.Collections;

/** How the high watermark moves (I3). */
final class HighWatermark {
    private HighWatermark() {}

    /**
     * Committed: held by every replica that could be elected, and by enough of them. What was
     * committed once stays so.
     */
    static long advance(
            long highWatermark,
            Collection<Long> acknowledgedByMaximalIsr,
            int committedIsr,
            int minIsr) {
        check(!acknowledgedByMaximalIsr.isEmpty(), "the ISR always holds its leader");
        if (committedIsr < minIsr) {
            return highWatermark; // KIP-966: else a replica in the ELR could miss a committed
            // record
        }
        return Math.max(highWatermark, Collections.min(acknowledgedByMaximalIsr));
    }
}
