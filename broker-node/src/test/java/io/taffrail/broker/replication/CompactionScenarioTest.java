// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.LogCompactor;
import io.taffrail.model.Acks;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Compaction on replicas: gaps, tombstones, and producers (P22, P23). */
class CompactionScenarioTest {
    private static final int MAP_BYTES = 1 << 20;
    private static final Map<String, String> COMPACTED =
            Map.of(
                    "cleanup.policy", "compact",
                    "segment.ms", "1000",
                    "delete.retention.ms", "0");

    private final ReplicationScript script;

    CompactionScenarioTest() throws IOException {
        script = new ReplicationScript(4, COMPACTED);
        script.assign(1, 2, 3);
        script.invariants().compacts();
    }

    /** P22: a follower takes runs with gaps, and the chain of runs is unbroken. */
    @Test
    void p22AFollowerTakesWhatCompactionLeft() throws IOException {
        script.elect(1, 1, 2);
        produce("k=1", "k=2", "other=3");
        roll();
        compact(1);
        script.replicate(3);
        assertThat(values(3)).containsExactly("2", "3", "8", "9");
        assertThat(script.broker(3).log().logEndOffset())
                .isEqualTo(script.broker(1).log().logEndOffset());
        assertThat(script.broker(1).proposal().orElseThrow().isr()).hasSize(3);
    }

    /** P22: the replica that is down has the record that the tombstone deletes. */
    @Test
    void p22ATombstoneStaysWhileAnAssignedReplicaHasNotCompactedPastIt() throws IOException {
        script.elect(1, 1, 2, 3);
        script.replicate(2, 3);
        produce("k=1");
        script.replicate(3);
        script.powerCut(3);
        script.elect(1, 1, 2);
        produce("k=");
        roll();
        compactEverywhere(1, 2);
        assertThat(values(1)).as("the tombstone").contains("null");
        script.start(3);
        script.replicate(2, 3);
        script.elect(3, 1, 2, 3);
        script.replicate(1, 2);
        for (int pass = 0; pass < 3; pass++) {
            compactEverywhere(3, 1, 2);
        }
        for (int id = 1; id <= 3; id++) {
            assertThat(values(id)).as("broker %d", id).doesNotContain("1", "null");
        }
    }

    /** P22: a replica that was away when the tombstone went begins again from the log start. */
    @Test
    void p22AReplicaBelowTheTombstoneHorizonBeginsAgain() throws IOException {
        deletedWhileOneIsAway();
        script.assign(1, 2, 3);
        assertThat(script.broker(3).log().logEndOffset()).as("its log came back").isPositive();
        List<OpenOutcome> before = script.follow(3);
        assertThat(before).hasOnlyElementsOfType(OpenOutcome.Restart.class).hasSize(1);
        script.replicate(3);
        assertThat(values(3)).isEqualTo(values(1));
    }

    /** P22: who was filled after the tombstone went tells those who were away before. */
    @Test
    void p22WhoeverCopiedALogKnowsItsTombstoneHorizon() throws IOException {
        deletedWhileOneIsAway();
        script.assign(1, 4);
        script.replicate(4);
        script.elect(4, 1, 4);
        script.assign(1, 3, 4);
        List<OpenOutcome> before = script.follow(3);
        assertThat(before).hasOnlyElementsOfType(OpenOutcome.Restart.class).hasSize(1);
        script.replicate(3);
        assertThat(values(3)).isEqualTo(values(4)).doesNotContain("1");
    }

    /** Broker 3 has a record, and is replica no more when its tombstone comes and goes. */
    private void deletedWhileOneIsAway() throws IOException {
        script.elect(1, 1, 2, 3);
        script.replicate(2, 3);
        produce("k=1");
        script.replicate(3);
        script.assign(1, 2);
        produce("k=");
        roll();
        compactEverywhere(1, 2);
        compactEverywhere(1, 2);
        assertThat(values(1)).doesNotContain("1", "null");
        assertThat(script.broker(1).log().tombstoneHorizon()).isPositive();
    }

    /** P23: compaction keeps each producer's last entry, without records. */
    @Test
    void p23ARetryIsRecognisedAfterCompactionAndAFailover() throws IOException {
        script.elect(1, 1, 2);
        ProducedBatch first = ReplicationScript.records("k=1").producer(9, 0, 0).build();
        script.append(1, Acks.ALL, first);
        produce("k=2");
        roll();
        compact(1);
        assertThat(values(1)).doesNotContain("1");
        script.replicate(3);
        script.elect(3, 1, 2, 3);
        AppendTicket.Accepted again = (AppendTicket.Accepted) script.append(3, Acks.ALL, first);
        assertThat(again.results().get(0)).isInstanceOf(AppendResult.Duplicate.class);
    }

    private void produce(String... values) throws IOException {
        for (String value : values) {
            script.append(1, value);
        }
        script.replicate(2);
    }

    /** Compaction takes closed segments below the high watermark. */
    private void roll() throws IOException {
        script.clock().advance(Duration.ofSeconds(2));
        produce("last=8");
        script.clock().advance(Duration.ofSeconds(2));
        produce("last=9");
    }

    private void compactEverywhere(Integer... ids) throws IOException {
        for (int id : ids) {
            compact(id);
        }
        int leader = ids[0];
        for (int pass = 0; pass < 2; pass++) {
            script.replicate(Arrays.stream(ids).filter(id -> id != leader).toArray(Integer[]::new));
        }
    }

    /** As the upkeep does. */
    private void compact(int id) throws IOException {
        ScriptBroker broker = script.broker(id);
        new LogCompactor(broker.log(), MAP_BYTES)
                .run(
                        script.clock().wallMs(),
                        ReplicaUpkeep.tombstoneEnd(broker.local(), broker.log()));
        script.invariants().check();
    }

    private List<String> values(int id) {
        return ScriptInvariants.values(script.broker(id).log());
    }
}
