// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.lifecycle.BrokerSession;
import io.taffrail.broker.lifecycle.FaultReporter;
import io.taffrail.broker.metadata.ClusterState;
import io.taffrail.broker.replication.ReplicaCounts;
import java.util.List;
import java.util.Optional;

/**
 * Whether a broker can serve: the controllers count it as alive, its logs are open, and once since
 * the start all of its replicas were in sync, so that it may be the next broker's turn to restart.
 * Safe for any thread.
 */
final class Readiness {
    private final ClusterState cluster;
    private final BrokerSession session;
    private final FaultReporter faults;
    private final ReplicaCounts replicas;
    private volatile boolean inEffect; // the first image since the registration
    private volatile boolean wasInSync; // once, since the start
    private volatile boolean stopping;

    Readiness(
            ClusterState cluster,
            BrokerSession session,
            FaultReporter faults,
            ReplicaCounts replicas) {
        this.cluster = cluster;
        this.session = session;
        this.faults = faults;
        this.replicas = replicas;
    }

    /** The metadata is in effect here; returns whether it is for the first time. */
    boolean onInEffect() {
        boolean first = !inEffect;
        inEffect = true;
        return first;
    }

    /** From now on it is not ready any more. */
    void onStopping() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Whether all logs were opened, and what they have lost is known to a controller. */
    boolean isRecovered() {
        return inEffect && faults.allReported();
    }

    /** What is missing before it can serve; empty: nothing. */
    List<String> missing() {
        return firstMissing().map(List::of).orElse(List.of());
    }

    private Optional<String> firstMissing() {
        if (stopping) {
            return Optional.of("the broker is stopping");
        }
        if (cluster.clusterId().isEmpty()) {
            return Optional.of("the broker is not registered with a controller");
        }
        if (!inEffect) {
            return Optional.of("the logs are being opened");
        }
        if (!faults.allReported()) {
            return Optional.of("a controller has not heard yet of the replicas that are faulty");
        }
        if (session.fenced()) {
            return Optional.of("the controllers do not count the broker as alive");
        }
        if (cluster.image().version().index() < session.unfencedIndex()) {
            return Optional.of("the broker has not heard yet of the partitions that it leads");
        }
        return wasInSync ? Optional.empty() : notInSync();
    }

    private Optional<String> notInSync() {
        int behind = replicas.notInSync();
        wasInSync = behind == 0;
        return behind == 0
                ? Optional.empty()
                : Optional.of(behind + " replicas are not in sync with their leaders yet");
    }
}
