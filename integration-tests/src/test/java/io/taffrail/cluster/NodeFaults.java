// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cluster.Fault.Leadership;
import io.taffrail.cluster.Fault.Stage;
import io.taffrail.workload.Deadline;
import java.util.HashSet;
import java.util.Set;

/** What happens to single nodes. The others go on meanwhile. */
enum NodeFaults implements Fault {
    /** {@code kill -9} of the leader; started again when another leads. */
    KILLED_LEADER {
        @Override
        public void strike(Stage stage) throws Exception {
            kill(stage, stage.leadership());
        }
    },
    /** {@code kill -9} of the active controller, whatever else it is. */
    KILLED_CONTROLLER {
        @Override
        public void strike(Stage stage) throws Exception {
            int active = activeController(stage);
            ClusterNode victim = stage.cluster().node(active);
            victim.kill();
            awaitOtherController(stage, active);
            stage.workload().awaitProgress();
            victim.start();
        }
    },
    /** SIGSTOP of the active controller, which leads partitions too, until another is active. */
    PAUSED_CONTROLLER {
        @Override
        public void strike(Stage stage) throws Exception {
            int active = activeController(stage);
            ClusterNode victim = stage.cluster().node(active);
            victim.pause();
            try {
                Deadline.await("node " + active + " is stopped", victim::isStopped);
                awaitOtherController(stage, active);
                stage.workload().awaitProgress();
            } finally {
                victim.resume();
            }
        }
    },
    /** {@code kill -9} of the leader, and a start at once: before anybody may have noticed. */
    RESTARTED_LEADER {
        @Override
        public void strike(Stage stage) throws Exception {
            ClusterNode leader = stage.leadership().leader();
            long pid = leader.pid();
            leader.kill();
            leader.start();
            assertThat(leader.pid()).as("process of node " + leader.id()).isNotEqualTo(pid);
        }
    },
    /** SIGSTOP of the leader until another leads, then SIGCONT: it wakes up as one of the past. */
    PAUSED_LEADER {
        @Override
        public void strike(Stage stage) throws Exception {
            Leadership leadership = stage.leadership();
            ClusterNode leader = leadership.leader();
            leader.pause();
            try {
                Deadline.await("node " + leader.id() + " is stopped", leader::isStopped);
                awaitOtherLeader(stage, leadership);
                stage.workload().awaitProgress();
            } finally {
                leader.resume();
            }
        }
    },
    /** SIGTERM of one node after the other, each started again before the next ends. */
    ROLLING_RESTART {
        @Override
        public void strike(Stage stage) throws Exception {
            Set<Long> pids = new HashSet<>();
            for (ClusterNode node : stage.cluster().nodes()) {
                pids.add(node.pid());
                assertThat(node.terminate()).as("exit code of node " + node.id()).isZero();
                node.start();
                stage.observer().awaitInSync(node.id(), stage.topic());
            }
            assertThat(stage.cluster().nodes())
                    .as("processes that were never restarted")
                    .noneMatch(node -> pids.contains(node.pid()));
        }
    };

    private static void kill(Stage stage, Leadership leadership) throws Exception {
        ClusterNode leader = leadership.leader();
        leader.kill();
        awaitOtherLeader(stage, leadership);
        stage.workload().awaitProgress();
        leader.start();
    }

    private static void awaitOtherController(Stage stage, int before) throws Exception {
        stage.observer()
                .awaitCluster(
                        stage.observer().otherThan(before),
                        "has another active controller",
                        cluster -> cluster.activeControllerId().orElse(before) != before);
    }

    private static int activeController(Stage stage) throws Exception {
        return stage.observer().activeController(stage.leadership().leader().id());
    }

    /** So that it is known that the fault was one. */
    static void awaitOtherLeader(Stage stage, Leadership before) throws Exception {
        int id = before.leader().id();
        stage.observer()
                .awaitPartition(
                        stage.observer().otherThan(id),
                        stage.topic(),
                        0,
                        "is led by another than %d in epoch %d".formatted(id, before.epoch()),
                        before::isOver);
    }
}
