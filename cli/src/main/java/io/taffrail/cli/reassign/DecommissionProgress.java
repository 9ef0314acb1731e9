// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.ProgressBar;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.admin.DecommissionStatus;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How far the emptying of a broker is, out of what is seen of it from the first look on. It is
 * stuck once all that is left has been unable to move for a while: right after the beginning
 * partitions may only not have been looked at yet.
 */
final class DecommissionProgress {
    private static final int LOOKS_UNTIL_STUCK = 10;
    private static final int NAMED_PARTITIONS = 5;

    private int replicasAtFirst;
    private int looksWithoutHope;
    private DecommissionStatus status;

    void update(DecommissionStatus now) {
        status = now;
        replicasAtFirst = Math.max(replicasAtFirst, now.remainingReplicaCount());
        boolean hopeless = !isDone() && now.stuckPartitions().size() >= now.remainingReplicaCount();
        looksWithoutHope = hopeless ? looksWithoutHope + 1 : 0;
    }

    DecommissionStatus status() {
        return status;
    }

    boolean isDone() {
        return status.remainingReplicaCount() == 0;
    }

    boolean isStuck() {
        return looksWithoutHope >= LOOKS_UNTIL_STUCK;
    }

    /** In a line, while it goes on. */
    String text() {
        int moved = replicasAtFirst - status.remainingReplicaCount();
        String bytes =
                status.remainingBytes().isPresent()
                        ? ", " + ProgressBar.bytes(status.remainingBytes().getAsLong()) + " to copy"
                        : "";
        String stuck =
                status.stuckPartitions().isEmpty()
                        ? ""
                        : ", cannot move: " + status.stuckPartitions().size();
        return "%s, %d of %d replicas moved%s%s"
                .formatted(
                        ProgressBar.of(replicasAtFirst == 0 ? 1 : moved / (double) replicasAtFirst),
                        moved,
                        replicasAtFirst,
                        bytes,
                        stuck);
    }

    /** At the end of the looking. */
    String sentence(int brokerId) {
        if (isDone()) {
            return "broker %d is empty: stop it, then 'taffrail broker unregister %d'"
                    .formatted(brokerId, brokerId);
        }
        String left =
                "broker %d still has %d replicas"
                        .formatted(brokerId, status.remainingReplicaCount());
        if (isStuck()) {
            return left
                    + ", which cannot move: too few other brokers are alive to take them ("
                    + named(status.stuckPartitions())
                    + "). It goes on once they are";
        }
        return left + ", and goes on being emptied: " + text();
    }

    private static String named(List<PartitionRef> partitions) {
        String first =
                partitions.stream()
                        .limit(NAMED_PARTITIONS)
                        .map(PartitionRef::toString)
                        .collect(Collectors.joining(", "));
        return partitions.size() > NAMED_PARTITIONS ? first + ", …" : first;
    }
}
