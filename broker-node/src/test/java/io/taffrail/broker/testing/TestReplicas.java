// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.testing;

import io.taffrail.broker.partition.ReplicaRules;
import io.taffrail.broker.replication.ReplicaEnvironment;
import io.taffrail.broker.replication.ReplicaFaults;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.DirectoryId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Environments for replicas that are on their own: nobody answers proposals, nobody streams. */
public final class TestReplicas {
    /** Who does not mind. */
    public static final ReplicaFaults NO_FAULTS =
            new ReplicaFaults() {
                @Override
                public void reported(Report report) {}

                @Override
                public void directorySlow(TopicPartition partition, Duration duration) {}

                @Override
                public void directoryFailed(TopicPartition partition, IOException cause) {}
            };

    private TestReplicas() {}

    public static ReplicaEnvironment environment(
            int brokerId, DirectoryId directoryId, ReplicaFaults faults, Executor blocking) {
        return new ReplicaEnvironment(
                brokerId,
                directoryId,
                () -> 1,
                ReplicaRules.PROTOCOL,
                Duration.ofSeconds(5),
                Clock.SYSTEM,
                blocking,
                faults,
                (proposal, answer) -> {},
                target -> {});
    }
}
