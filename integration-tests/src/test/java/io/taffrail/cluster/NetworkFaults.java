// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cluster.Fault.Leadership;
import io.taffrail.cluster.Fault.Stage;
import io.taffrail.workload.Deadline;
import java.time.Duration;

/** What happens between nodes. For clusters with relays. */
enum NetworkFaults implements Fault {
    /** The leader is cut off from all other nodes, until another leads. */
    ISOLATED_LEADER {
        @Override
        void hinder(Stage stage, Leadership leadership, ClusterNode other) throws Exception {
            ClusterNode leader = leadership.leader();
            stage.cluster().isolate(leader.id());
            awaitHindered(stage, leader.id(), other.id());
            NodeFaults.awaitOtherLeader(stage, leadership);
            stage.workload().awaitProgress();
        }
    },
    /** The others hear nothing of the leader, and it hears them. */
    MUTE_LEADER {
        @Override
        void hinder(Stage stage, Leadership leadership, ClusterNode other) throws Exception {
            ClusterNode leader = leadership.leader();
            stage.cluster().nodes().stream()
                    .map(ClusterNode::id)
                    .filter(id -> id != leader.id())
                    .forEach(id -> stage.cluster().links().cut(leader.id(), id));
            awaitHindered(stage, leader.id(), other.id());
            NodeFaults.awaitOtherLeader(stage, leadership);
            stage.workload().awaitProgress();
        }
    },
    /** The leader and one other node do not reach each other; the third reaches both. */
    PARTIAL_PARTITION {
        @Override
        void hinder(Stage stage, Leadership leadership, ClusterNode other) throws Exception {
            ClusterNode leader = leadership.leader();
            stage.cluster().links().cutBoth(leader.id(), other.id());
            awaitHindered(stage, leader.id(), other.id());
            stage.workload().awaitProgress();
        }
    },
    /** What the leader sends to one other node comes late, piece for piece. */
    SLOW_LINK {
        @Override
        void hinder(Stage stage, Leadership leadership, ClusterNode other) throws Exception {
            ClusterNode leader = leadership.leader();
            stage.cluster().links().delay(leader.id(), other.id(), Duration.ofMillis(30));
            awaitHindered(stage, leader.id(), other.id());
            stage.workload().awaitProgress();
        }
    };

    abstract void hinder(Stage stage, Leadership leadership, ClusterNode other) throws Exception;

    @Override
    public void strike(Stage stage) throws Exception {
        Leadership leadership = stage.leadership();
        int other = stage.observer().otherThan(leadership.leader().id());
        try {
            hinder(stage, leadership, stage.cluster().node(other));
        } finally {
            stage.cluster().links().heal();
        }
    }

    /** So that it is known that something was lost or late. */
    static void awaitHindered(Stage stage, int from, int to) throws Exception {
        Links links = stage.cluster().links();
        long before = links.hindered(from, to);
        Deadline.await(
                "something is held on its way from %d to %d".formatted(from, to),
                () -> links.hindered(from, to) > before);
        assertThat(links.hindered(from, to)).isPositive();
    }
}
