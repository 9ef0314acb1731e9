// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.logstore.AppendResult;
import io.taffrail.model.Acks;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What replicas know of idempotent producers (P23, I9). */
class ProducerScenarioTest {
    private static final long PRODUCER = 9;

    private ReplicationScript script;

    @BeforeEach
    void begin() throws IOException {
        script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        script.replicate(2, 3);
    }

    @Test
    void p23AFollowerThatBecomesLeaderRecognisesWhatItCopied() throws IOException {
        send(1, 0, "a");
        script.replicate(2, 3);
        script.powerCut(1);
        script.elect(2, 2, 3);
        assertThat(send(2, 0, "a")).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(send(2, 1, "b")).isInstanceOf(AppendResult.Appended.class);
        script.replicate(3);
        assertThat(ScriptInvariants.values(script.broker(3).log())).containsExactly("a", "b");
    }

    @Test
    void p23ARestartLosesNothingOfIt() throws IOException {
        send(1, 0, "a");
        script.replicate(2, 3);
        script.powerCut(2);
        script.start(2);
        script.broker(3).cleanStop();
        script.start(3);
        script.elect(2, 2, 3);
        assertThat(send(2, 0, "a")).as("rebuilt").isInstanceOf(AppendResult.Duplicate.class);
        script.elect(3, 2, 3);
        assertThat(send(3, 0, "a")).as("snapshot").isInstanceOf(AppendResult.Duplicate.class);
    }

    /** What was cut was never there: its retry is no duplicate. */
    @Test
    void p23ACutTakesTheProducersStateAlong() throws IOException {
        send(1, 0, "a");
        script.replicate(2, 3);
        send(1, 1, "b");
        script.elect(2, 1, 2, 3);
        script.replicate(1, 3);
        assertThat(ScriptInvariants.values(script.broker(1).log())).containsExactly("a");
        script.elect(1, 1, 2, 3);
        assertThat(send(1, 1, "b")).isInstanceOf(AppendResult.Appended.class);
        assertThat(send(1, 1, "b")).isInstanceOf(AppendResult.Duplicate.class);
    }

    @Test
    void p23AFullCopyBeginsWithTheLeadersProducers() throws IOException {
        send(1, 0, "a");
        script.replicate(2, 3);
        script.assign(1, 2);
        script.append(1, "other");
        script.replicate(2);
        var unused = script.broker(1).leader().deleteRecords(OptionalLong.of(2));
        script.replicate(2);
        script.assign(1, 2, 3);
        assertThat(script.follow(3)).hasOnlyElementsOfType(OpenOutcome.Restart.class).hasSize(1);
        script.replicate(3);
        script.elect(3, 1, 2, 3);
        assertThat(send(3, 0, "a")).isInstanceOf(AppendResult.Duplicate.class);
    }

    @Test
    void p23WhoeverIsUnknownBeginsAtSequenceZero() throws IOException {
        AppendTicket refused = script.append(1, Acks.ALL, batch(5, "a"));
        assertThat(ReplicationScript.now(ReplicationScript.answer(refused)).orElseThrow().error())
                .isEqualTo(LogError.UNKNOWN_PRODUCER);
        assertThat(script.broker(1).log().logEndOffset()).isZero();
    }

    private AppendResult send(int id, int sequence, String value) throws IOException {
        AppendTicket.Accepted accepted =
                (AppendTicket.Accepted) script.append(id, Acks.ALL, batch(sequence, value));
        return accepted.results().get(0);
    }

    private static ProducedBatch batch(int sequence, String value) {
        return ReplicationScript.records(value).producer(PRODUCER, 0, sequence).build();
    }
}
