// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.util.List;

/**
 * Moves that would make replicas and leaders even over brokers and racks.
 *
 * @param reassignments each with its target, by topic and partition; none: all is even, as far as
 *     racks and moves that are under way allow
 * @param movedReplicaCount how many replicas they would copy; the others only alter who is the
 *     preferred leader
 */
public record ReassignmentPlan(List<PartitionReassignment> reassignments, int movedReplicaCount) {
    public ReassignmentPlan {
        reassignments = List.copyOf(reassignments);
    }
}
