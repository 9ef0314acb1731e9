// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark.failover;

import io.taffrail.client.ProducerSettings;
import io.taffrail.cluster.ClusterNode;
import java.time.Duration;

/** What happens to a cluster while somebody writes. When a run ends all nodes are there again. */
enum FailoverScenario {
    /** {@code kill -9} of a leader that is not the active controller. */
    KILLED_LEADER("kill -9 of a leader") {
        @Override
        Outcome run(FailoverCluster cluster) throws Exception {
            return kill(cluster, cluster.otherThanController());
        }
    },
    /** {@code kill -9} of the leader that is the active controller, too. */
    KILLED_BOTH("kill -9 of leader and active controller") {
        @Override
        Outcome run(FailoverCluster cluster) throws Exception {
            return kill(cluster, cluster.activeController());
        }
    },
    /** SIGSTOP of a leader that is not the active controller. */
    PAUSED_LEADER("SIGSTOP of a leader") {
        @Override
        Outcome run(FailoverCluster cluster) throws Exception {
            ClusterNode victim = cluster.otherThanController();
            return measure(cluster, victim, victim::pause, victim::resume);
        }
    },
    /** SIGSTOP of the leader that is the active controller, too. */
    PAUSED_BOTH("SIGSTOP of leader and active controller") {
        @Override
        Outcome run(FailoverCluster cluster) throws Exception {
            ClusterNode victim = cluster.activeController();
            return measure(cluster, victim, victim::pause, victim::resume);
        }
    },
    /** SIGTERM of a leader. */
    STOPPED_LEADER("controlled stop of a leader") {
        @Override
        Outcome run(FailoverCluster cluster) throws Exception {
            ClusterNode victim = cluster.otherThanController();
            return measure(cluster, victim, victim::terminate, victim::start);
        }
    },
    /** SIGTERM of each node in turn, each ready and in sync again before the next. */
    ROLLING_RESTART("rolling restart, records tried for 5 s") {
        @Override
        Outcome run(FailoverCluster cluster) throws Exception {
            return restartAll(cluster);
        }
    },
    /** {@code kill -9} of a node that leads a thousand partitions. */
    KILLED_LEADER_OF_1000("kill -9 of the leader of 1,000 partitions: all led again") {
        @Override
        Outcome run(FailoverCluster cluster) throws Exception {
            ClusterNode victim = cluster.otherThanController();
            String topic = cluster.topicLedBy(victim, MANY);
            try (LeaderWatch watch = new LeaderWatch(cluster, topic, MANY, victim)) {
                long begin = System.nanoTime();
                victim.kill();
                Duration gap = Duration.ofNanos(watch.awaitAllLedByOthers() - begin);
                victim.start();
                cluster.awaitInSync(topic);
                return new Outcome(gap, 0);
            } finally {
                cluster.delete(topic);
            }
        }
    };

    private static final int MANY = 1_000;

    private final String title;

    FailoverScenario(String title) {
        this.title = title;
    }

    /** For people. */
    String title() {
        return title;
    }

    abstract Outcome run(FailoverCluster cluster) throws Exception;

    private static Outcome kill(FailoverCluster cluster, ClusterNode victim) throws Exception {
        return measure(cluster, victim, victim::kill, victim::start);
    }

    private static Outcome measure(
            FailoverCluster cluster, ClusterNode victim, Step fault, Step repair) throws Exception {
        String topic = cluster.topicLedBy(victim, 1);
        try (SteadyWriter writer = cluster.writer(topic, 1, ProducerSettings.defaults())) {
            writer.forgetGaps();
            fault.run();
            cluster.awaitMore(writer, 3 * FailoverCluster.RECORDS_PER_SECOND);
            Outcome outcome = new Outcome(writer.longestGap(), writer.failed());
            repair.run();
            cluster.awaitInSync(topic);
            return outcome;
        } finally {
            cluster.delete(topic);
        }
    }

    private static Outcome restartAll(FailoverCluster cluster) throws Exception {
        String topic = cluster.topicLedByAll();
        ProducerSettings impatient =
                ProducerSettings.defaults().withDeliveryTimeout(Duration.ofSeconds(5));
        try (SteadyWriter writer = cluster.writer(topic, 3, impatient)) {
            writer.forgetGaps();
            for (ClusterNode node : cluster.processes().nodes()) {
                node.terminate();
                node.start();
                cluster.awaitInSync(topic);
            }
            cluster.awaitMore(writer, 3 * FailoverCluster.RECORDS_PER_SECOND);
            return new Outcome(writer.longestGap(), writer.failed());
        } finally {
            cluster.delete(topic);
        }
    }

    /** Something done to a node. */
    private interface Step {
        void run() throws Exception;
    }
}
