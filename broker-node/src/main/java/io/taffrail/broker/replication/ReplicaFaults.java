// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.ReplicaFault;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;

/** Who is told when a replica of this broker is not what it should be. Must not block. */
public interface ReplicaFaults {
    /**
     * A replica's report against itself (P17, P19).
     *
     * @param leaderEpoch as this broker knows it
     * @param lastEpoch epoch of the log's last entry; empty: the log is empty
     */
    record Report(
            TopicPartition partition,
            int leaderEpoch,
            ReplicaFault fault,
            OptionalInt lastEpoch,
            long logEndOffset) {}

    /** A replica is damaged, lost or suspect. */
    void reported(Report report);

    /** A write or an fsync hangs, for {@code duration} so far (P10). */
    void directorySlow(TopicPartition partition, Duration duration);

    /** A write or an fsync failed: nothing in the data directory is to be trusted (P18). */
    void directoryFailed(TopicPartition partition, IOException cause);
}
