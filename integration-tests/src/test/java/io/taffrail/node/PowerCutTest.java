// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.model.LogError;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.StopMode;
import io.taffrail.workload.Anomaly;
import io.taffrail.workload.Deadline;
import io.taffrail.workload.History;
import io.taffrail.workload.HistoryChecker;
import io.taffrail.workload.NumberedLoad;
import io.taffrail.workload.SteadyReader;
import io.taffrail.workload.WholeLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power is cut, in every way that the disk knows, below a producer and readers that go on.
 * Under {@code flush=commit} nothing that was acknowledged or shown is lost by that.
 */
class PowerCutTest {
    private static final String TOPIC = "cut";
    private static final int PARTITIONS = 3;
    private static final int RECORDS_BETWEEN_CUTS = 1_500;

    private final History history = new History();
    @TempDir private Path folder;
    private SimulatedDisk disk;
    private SimulatedDiskNode node;

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void keepsWhatItAcknowledged() throws Exception {
        runThroughCuts(1, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4, 5, 6, 7, 8, 9})
    @Tag("soak")
    void keepsWhatItAcknowledgedThroughManyCuts(long seed) throws Exception {
        runThroughCuts(seed, 5);
    }

    /** The other tests cut what can be lost: that is what this one shows. */
    @Test
    void losesWhatNobodyAskedToBeOnTheDisk() throws Exception {
        startNode(10);
        loseAll(topic().withConfig("flush", "os").withConfig("recovery", "last-leader"));
        assertThat(HistoryChecker.check(history))
                .isNotEmpty()
                .allMatch(anomaly -> anomaly.kind() == Anomaly.Kind.LOST);
    }

    @Test
    void convictsADiskThatForcesNothing() throws Exception {
        startNode(11);
        disk.ignoreForce(file -> file.toString().contains("logs"));
        loseAll(topic());
        assertThat(HistoryChecker.check(history))
                .isNotEmpty()
                .allMatch(anomaly -> anomaly.kind() == Anomaly.Kind.LOST);
    }

    private static NewTopic topic() {
        return NewTopic.named(TOPIC).withPartitionCount(PARTITIONS);
    }

    private void startNode(long seed) throws Exception {
        disk = new SimulatedDisk(seed);
        node =
                new SimulatedDiskNode(
                        disk,
                        folder.resolve("data"),
                        "topic.segment.bytes=100000",
                        "checkpoint.interval.ms=300");
        node.start();
    }

    private TaffrailClient connect() {
        return TaffrailClient.connect(node.api().toString());
    }

    private void runThroughCuts(long seed, int turns) throws Exception {
        startNode(seed);
        try (TaffrailClient client = connect()) {
            TaffrailClient.await(client.admin().createTopic(topic()));
            try (SteadyReader reader = reader(client)) {
                NumberedLoad load = new NumberedLoad(client, TOPIC, PARTITIONS, "load", history);
                try (load) {
                    cut(new Random(seed), turns);
                    awaitAcknowledged(RECORDS_BETWEEN_CUTS);
                }
                assertThat(load.failures()).isEmpty();
                long count = WholeLog.read(client, TOPIC, PARTITIONS, history);
                reader.awaitCount(count);
            }
        }
        assertThat(HistoryChecker.check(history)).as("with seed %d", seed).isEmpty();
    }

    /** Without power no machine answers; this one still says that it cannot read its disk. */
    private SteadyReader reader(TaffrailClient client) {
        Set<LogError> passing = Set.of(LogError.CORRUPT_LOG);
        return new SteadyReader(client, TOPIC, PARTITIONS, "reader", history, 2_000, passing);
    }

    private void cut(Random random, int turns) throws Exception {
        List<StopMode> modes = List.of(StopMode.values());
        for (int turn = 0; turn < turns; turn++) {
            for (PowerCut kind : PowerCut.values()) {
                awaitAcknowledged(RECORDS_BETWEEN_CUTS);
                StopMode mode = modes.get(random.nextInt(modes.size()));
                node.cutPowerAtWork(1 + random.nextInt(20), mode, kind);
                node.start();
            }
        }
    }

    /** Cuts the power so that all is gone that need not be there, and reads what is left. */
    private void loseAll(NewTopic topic) throws Exception {
        try (TaffrailClient client = connect()) {
            TaffrailClient.await(client.admin().createTopic(topic));
            NumberedLoad load = new NumberedLoad(client, TOPIC, PARTITIONS, "load", history);
            try (load) {
                awaitAcknowledged(RECORDS_BETWEEN_CUTS);
            }
            node.cutPower(PowerCut.DROP_ALL_UNSYNCED);
            node.start();
            WholeLog.read(client, TOPIC, PARTITIONS, history);
        }
    }

    private void awaitAcknowledged(int more) throws Exception {
        long target = history.acknowledgedCount() + more;
        Deadline.await(
                target + " records are acknowledged", () -> history.acknowledgedCount() >= target);
    }
}
