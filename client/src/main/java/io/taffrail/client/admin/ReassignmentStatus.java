// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.PartitionRef;
import java.util.List;
import java.util.OptionalLong;

/**
 * A move under way.
 *
 * @param brokerIds its replicas at present, those that are added among them
 * @param removingBrokerIds to be removed at the end
 * @param throttleBytesPerSecond that each broker may receive for moves; 0: no limit; empty: each
 *     broker's own setting
 * @param copiedBytes that the added replicas have; empty: the leader did not answer
 * @param remainingBytes that they still lack, which grows with what is appended meanwhile; empty:
 *     the leader did not answer
 */
public record ReassignmentStatus(
        PartitionRef partition,
        List<Integer> brokerIds,
        List<Integer> addingBrokerIds,
        List<Integer> removingBrokerIds,
        OptionalLong throttleBytesPerSecond,
        OptionalLong copiedBytes,
        OptionalLong remainingBytes) {
    public ReassignmentStatus {
        brokerIds = List.copyOf(brokerIds);
        addingBrokerIds = List.copyOf(addingBrokerIds);
        removingBrokerIds = List.copyOf(removingBrokerIds);
    }
}
