// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.workload.Deadline;
import io.taffrail.workload.History;
import io.taffrail.workload.HistoryChecker;
import io.taffrail.workload.NumberedLoad;
import io.taffrail.workload.SteadyReader;
import io.taffrail.workload.WholeLog;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the node, again and again, below producers and readers that go on. */
class KilledNodeIT {
    private static final String TOPIC = "killed";
    private static final int PARTITIONS = 4;
    private static final int RECORDS_BETWEEN_KILLS = 4_000;

    private final History history = new History();
    @TempDir private Path folder;

    @Test
    void keepsEachAcknowledgedRecordOnceAndInOrder() throws Exception {
        runThroughKills(3);
    }

    @Test
    @Tag("soak")
    void keepsEachAcknowledgedRecordThroughManyKills() throws Exception {
        runThroughKills(60);
    }

    private void runThroughKills(int kills) throws Exception {
        try (NodeProcess node = NodeProcess.start(folder);
                TaffrailClient client = TaffrailClient.connect(node.api().toString())) {
            NewTopic topic = NewTopic.named(TOPIC).withPartitionCount(PARTITIONS);
            TaffrailClient.await(client.admin().createTopic(topic));
            try (SteadyReader steady = reader(client, "steady", Long.MAX_VALUE);
                    SteadyReader dying = reader(client, "dying", 1_000)) {
                long stored = runLoad(node, client, kills);
                steady.awaitCount(stored);
                dying.awaitCount(stored);
            }
        }
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    /** Returns how many records the topic holds in the end. */
    private long runLoad(NodeProcess node, TaffrailClient client, int kills) throws Exception {
        NumberedLoad one = new NumberedLoad(client, TOPIC, PARTITIONS, "one", history);
        NumberedLoad other = new NumberedLoad(client, TOPIC, PARTITIONS, "other", history);
        try (one;
                other) {
            Set<Long> pids = new HashSet<>();
            for (int kill = 0; kill < kills; kill++) {
                awaitAcknowledged(RECORDS_BETWEEN_KILLS);
                pids.add(node.pid());
                node.kill();
                node.start();
            }
            assertThat(pids).as("processes that were killed").hasSize(kills);
            awaitAcknowledged(RECORDS_BETWEEN_KILLS);
        }
        assertThat(one.failures()).isEmpty();
        assertThat(other.failures()).isEmpty();
        return WholeLog.read(client, TOPIC, PARTITIONS, history);
    }

    private SteadyReader reader(TaffrailClient client, String name, long lifeRecords) {
        return new SteadyReader(client, TOPIC, PARTITIONS, name, history, lifeRecords, Set.of());
    }

    private void awaitAcknowledged(int more) throws Exception {
        long target = history.acknowledgedCount() + more;
        Deadline.await(
                target + " records are acknowledged", () -> history.acknowledgedCount() >= target);
    }
}
