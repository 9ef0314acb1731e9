// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

import io.taffrail.model.TopicId;
import java.util.List;

/**
 * What a leader asks the controller for (KIP-497).
 *
 * @param partitionEpoch on which it builds
 * @param isr the ISR that shall be
 * @param recovered the leader has opened its epoch after an unclean election
 */
public record IsrProposal(
        TopicId topicId,
        int partition,
        int leaderEpoch,
        long partitionEpoch,
        List<Member> isr,
        boolean recovered) {
    /**
     * A member, with its registration when it reached the high watermark (KIP-903).
     *
     * @param brokerEpoch as the leader's metadata had it
     */
    public record Member(int brokerId, long brokerEpoch) {}

    public IsrProposal {
        isr = List.copyOf(isr);
    }
}
