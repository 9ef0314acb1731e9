// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import java.util.List;

/** What the controller said to a proposal (P9). */
public sealed interface ProposalAnswer {
    /** It was made, and the feed will tell. */
    record Made(long partitionEpoch) implements ProposalAnswer {}

    /**
     * It was refused, and changes nothing.
     *
     * @param ineligible who may not be in sync at present
     */
    record Refused(List<Integer> ineligible) implements ProposalAnswer {
        public Refused {
            ineligible = List.copyOf(ineligible);
        }
    }

    /** Nobody knows: a timeout, another controller, or a partition epoch that has passed. */
    record Unknown() implements ProposalAnswer {}
}
