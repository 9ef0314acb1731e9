// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.BrokerSummary.State;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.ClusterHealth;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a cluster, in words, the worst first. */
final class Ailments {
    private final List<String> found = new ArrayList<>();

    private Ailments() {}

    /** Empty: the cluster is healthy. */
    static List<String> of(ClusterDescription cluster) {
        Ailments ailments = new Ailments();
        if (cluster.activeControllerId().isEmpty()) {
            ailments.found.add(
                    "no controller is active: nothing can be created or changed, and no leader"
                            + " elected, until a majority of the controllers is up");
        }
        ailments.addPartitions(cluster.health());
        cluster.brokers().forEach(ailments::addBroker);
        return List.copyOf(ailments.found);
    }

    private void addPartitions(ClusterHealth health) {
        add(
                health.leaderlessPartitionCount(),
                "partition",
                "without a leader: not to be read or written until there is one");
        add(
                health.underMinIsrPartitionCount(),
                "partition",
                "with fewer in-sync replicas than min.insync.replicas: writes with acks=all fail");
        add(
                health.faultyReplicaCount(),
                "replica",
                "reported as suspect, corrupt or lost: 'taffrail topic describe' shows which");
        add(
                health.underReplicatedPartitionCount(),
                "partition",
                "with a replica that is not in sync: fewer failures can be survived");
    }

    private void add(int count, String of, String what) {
        if (count > 0) {
            found.add(String.format("%d %s %s", count, count == 1 ? of : of + "s", what));
        }
    }

    private void addBroker(BrokerSummary broker) {
        if (broker.state() == State.FENCED) {
            found.add(
                    "broker "
                            + broker.brokerId()
                            + " is fenced: it is starting, has stopped, or cannot be reached");
        }
        if (broker.readOnly()) {
            found.add(
                    "broker "
                            + broker.brokerId()
                            + " is read-only: its disk is full, make room there");
        }
    }
}
