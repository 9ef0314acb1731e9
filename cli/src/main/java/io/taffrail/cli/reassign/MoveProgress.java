// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.ProgressBar;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.ReassignmentStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How far moves are, those that are done among them. A move whose leader tells no bytes counts as
 * not begun until it is done.
 */
final class MoveProgress {
    private final Set<PartitionRef> seen = new HashSet<>();
    private List<ReassignmentStatus> underWay = List.of();

    /** What is under way now; moves that began meanwhile are counted from now on. */
    void update(List<ReassignmentStatus> now) {
        underWay = now;
        now.forEach(status -> seen.add(status.partition()));
    }

    boolean isDone() {
        return underWay.isEmpty();
    }

    int total() {
        return seen.size();
    }

    /** From 0 to 1. */
    double fraction() {
        if (seen.isEmpty()) {
            return 1;
        }
        double done = seen.size() - underWay.size();
        for (ReassignmentStatus status : underWay) {
            done += fractionOf(status);
        }
        return done / seen.size();
    }

    private static double fractionOf(ReassignmentStatus status) {
        double copied = status.copiedBytes().orElse(0);
        double all = copied + status.remainingBytes().orElse(0);
        return all == 0 ? 0 : copied / all;
    }

    /** In a line. */
    String text() {
        long toGo = underWay.stream().mapToLong(s -> s.remainingBytes().orElse(0)).sum();
        return "%s, %d of %d moves done%s"
                .formatted(
                        ProgressBar.of(fraction()),
                        seen.size() - underWay.size(),
                        seen.size(),
                        toGo > 0 ? ", " + ProgressBar.bytes(toGo) + " to go" : "");
    }
}
