// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.AppendResult;
import io.taffrail.model.Acks;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who is told what, and when: high watermark, waiters, log start (P13, P15, P16, I3, I4, I7). */
class CommitScenarioTest {
    @Test
    void i4NothingIsAcknowledgedBeforeEveryMemberHasItOnItsDisk() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        script.replicate(2, 3);
        script.broker(1).holdFsyncs();
        script.broker(3).holdFsyncs();
        var waiting = script.append(1, "a");
        script.replicate(2, 3);
        assertThat(waiting).isNotDone();
        script.broker(1).releaseFsyncs();
        assertThat(waiting).as("broker 3 has it in memory alone").isNotDone();
        assertThat(script.broker(1).leader().highWatermark()).hasValue(0);
        script.broker(3).releaseFsyncs();
        script.acknowledge(3);
        assertThat(waiting).isCompletedWithValue(Optional.empty());
    }

    /** P13, KIP-207: what the leader before committed is not known here yet. */
    @Test
    void p13ANewLeaderTellsNoHighWatermarkBeforeItsEpochsFirstOffset() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        script.follow(2);
        script.follow(3);
        var committed = script.append(1, "a");
        script.push(2);
        script.push(3);
        script.acknowledge(2);
        script.acknowledge(3);
        assertThat(committed).isCompletedWithValue(Optional.empty());
        script.powerCut(1);
        script.elect(2, 2, 3);
        assertThat(script.broker(2).log().highWatermark()).as("it was not told").isZero();
        assertThat(script.broker(2).leader().highWatermark()).isEmpty();
        script.follow(3);
        assertThat(script.broker(2).leader().highWatermark()).hasValue(1);
    }

    @Test
    void p13AFollowerTakesNoHighWatermarkFromALeaderThatKnowsNone() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        script.append(1, "a");
        script.replicate(2);
        script.elect(2, 2, 3);
        script.follow(1);
        assertThat(script.subscription(1).marks().highWatermark()).isEmpty();
        script.marks(1);
        assertThat(script.broker(1).log().highWatermark()).isZero();
    }

    @Test
    void p15WhoWaitsIsToldAtEveryEpochChangeAlsoWithTheSameLeader() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        var waiting = script.append(1, "a");
        LeaderReplica former = script.broker(1).leader();
        script.elect(1, 1, 2);
        assertThat(error(waiting)).isEqualTo(LogError.NOT_LEADER);
        assertThat(former.ended()).isPresent();
        var late =
                former.append(
                        List.of(batch("late")),
                        OptionalLong.empty(),
                        Acks.ALL,
                        ReplicationScript.TIMEOUT);
        assertThat(error(ReplicationScript.answer(late))).isEqualTo(LogError.NOT_LEADER);
        assertThat(script.broker(1).log().logEndOffset()).as("nothing was written").isEqualTo(1);
    }

    @Test
    void p15TooFewReplicasAreSaidBeforeAnythingIsWritten() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1);
        assertThat(error(script.append(1, "a"))).isEqualTo(LogError.NOT_ENOUGH_REPLICAS);
        assertThat(script.broker(1).log().logEndOffset()).isZero();
    }

    @Test
    void p15AnIsrThatShrinksAfterTheAppendIsWaitedForUntilTheTimeout() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.follow(2);
        var late = script.append(1, "a");
        script.isr(1);
        assertThat(late).as("it is written, and may be committed yet").isNotDone();
        script.pass(ReplicationScript.TIMEOUT.plusSeconds(1));
        assertThat(error(late)).isEqualTo(LogError.NOT_COMMITTED_IN_TIME);
        script.isr(1, 2);
        script.replicate(2);
        assertThat(script.broker(1).leader().highWatermark()).hasValue(1);
    }

    @Test
    void p15AcksOfTheLeaderAreTakenUpToABound() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1);
        String[] values = new String[100_000];
        Arrays.fill(values, "");
        ProducedBatch large = batch(values);
        Optional<LogFailure> refused = Optional.empty();
        int taken = 0;
        while (refused.isEmpty() && taken < 100) {
            refused =
                    ReplicationScript.now(
                            ReplicationScript.answer(
                                    script.broker(1)
                                            .leader()
                                            .append(
                                                    List.of(large),
                                                    OptionalLong.empty(),
                                                    Acks.LEADER,
                                                    ReplicationScript.TIMEOUT)));
            taken += refused.isEmpty() ? 1 : 0;
        }
        assertThat(refused.orElseThrow().error()).isEqualTo(LogError.NOT_ENOUGH_REPLICAS);
        assertThat(taken).isEqualTo(11); // a little over 1,048,576 records
    }

    /** I4: a retry is answered when the original would be, by the leader that has it by then. */
    @Test
    void p23ADuplicateIsAnsweredOnceTheOriginalIsCommittedAfterAFailover() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        ProducedBatch batch = ReplicationScript.records("a").producer(9, 0, 0).build();
        script.append(1, Acks.ALL, batch);
        script.follow(2);
        script.push(2);
        script.powerCut(1);
        script.elect(2, 2, 3);
        AppendTicket.Accepted again = (AppendTicket.Accepted) script.append(2, Acks.ALL, batch);
        AppendResult.Duplicate duplicate = (AppendResult.Duplicate) again.results().get(0);
        assertThat(duplicate.stored().orElseThrow().baseOffset()).isZero();
        assertThat(again.acknowledged()).as("broker 3 has nothing yet").isNotDone();
        script.replicate(3);
        assertThat(again.acknowledged()).isCompletedWithValue(Optional.empty());
        assertThat(ScriptInvariants.values(script.broker(3).log())).containsExactly("a");
    }

    /** I3, I7: whoever is about to join counts for the high watermark, and not for the minimum. */
    @Test
    void i7AMemberCountsFromItsProposalOnAndForTheMinimumOnceItIsCommitted() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2);
        script.replicate(2, 3);
        assertThat(script.broker(1).proposal().orElseThrow().isr()).hasSize(3);
        var waiting = script.append(1, "a");
        script.push(2);
        script.acknowledge(2);
        assertThat(waiting).as("broker 3 is about to join").isNotDone();
        script.grant();
        assertThat(waiting).isNotDone();
        script.replicate(3);
        assertThat(waiting).isCompletedWithValue(Optional.empty());
    }

    @Test
    void i8AFollowerJoinsOnlyWithWhatItHasOnItsDisk() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.replicate(2);
        script.broker(3).holdFsyncs();
        script.follow(3);
        script.push(3);
        script.acknowledge(3);
        assertThat(script.broker(1).proposal()).isEmpty();
        script.broker(3).releaseFsyncs();
        script.acknowledge(3);
        assertThat(script.broker(1).proposal()).isPresent();
    }

    /** P16: the log start is the leader's, and answered once every member has it durably. */
    @Test
    void p16DeletedRecordsAreAnsweredWhenEveryMemberDeletedThem() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        CompletableFuture<PartitionLeader.DeleteOutcome> deleted =
                script.broker(1).leader().deleteRecords(OptionalLong.of(2));
        assertThat(script.broker(1).log().logStartOffset()).isEqualTo(2);
        assertThat(deleted).isNotDone();
        script.marks(2);
        assertThat(deleted).as("it has it, and the leader does not know").isNotDone();
        script.acknowledge(2);
        assertThat(deleted).isCompletedWithValue(new PartitionLeader.DeleteOutcome.Deleted(2));
        script.powerCut(2);
        script.start(2);
        assertThat(script.broker(2).log().logStartOffset()).as("durably").isEqualTo(2);
    }

    @Test
    void p16ANewLeaderNeverLowersTheLogStart() throws IOException {
        ReplicationScript script = committed("a", "b", "c");
        var unanswered = script.broker(1).leader().deleteRecords(OptionalLong.of(2));
        script.elect(2, 1, 2);
        assertThat(ReplicationScript.now(unanswered))
                .isInstanceOf(PartitionLeader.DeleteOutcome.Refused.class);
        script.replicate(1);
        assertThat(script.broker(2).log().logStartOffset()).isZero();
        assertThat(script.broker(1).log().logStartOffset()).isEqualTo(2);
        script.elect(1, 1, 2);
        script.replicate(2);
        assertThat(script.broker(2).log().logStartOffset()).isEqualTo(2);
    }

    @Test
    void p16AFollowerDeletesNothingThatIsNotCommittedThere() throws IOException {
        ReplicationScript script = committed("a", "b");
        script.elect(1, 1);
        script.minIsr(1);
        script.append(1, "c");
        assertThat(script.broker(1).leader().deleteRecords(OptionalLong.of(3))).isCompleted();
        script.follow(2);
        script.marks(2);
        assertThat(script.broker(2).log().logStartOffset())
                .isLessThanOrEqualTo(script.broker(2).log().highWatermark());
    }

    /** Brokers 1 and 2 are in sync, and have deleted "a" and "b"; broker 3 has nothing. */
    private static ReplicationScript deletedInsideTheSecondEntry() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.append(1, "b", "c", "d");
        script.replicate(2);
        var unused = script.broker(1).leader().deleteRecords(OptionalLong.of(2));
        script.replicate(2);
        return script;
    }

    /** P16: a replica that the log start has passed begins again there, also inside an entry. */
    @Test
    void p16AReplicaBelowTheLogStartBeginsAgainThere() throws IOException {
        ReplicationScript script = deletedInsideTheSecondEntry();
        assertThat(script.follow(3)).hasOnlyElementsOfType(OpenOutcome.Restart.class).hasSize(1);
        script.replicate(3);
        assertThat(script.broker(3).log().logStartOffset()).isEqualTo(2);
        assertThat(script.broker(3).log().logEndOffset()).isEqualTo(4);
        assertThat(script.broker(1).proposal().orElseThrow().isr()).hasSize(3);
    }

    /**
     * P16: the replica begins where the entry does, and has what was deleted until it hears more.
     */
    @Test
    void p16AReplicaThatBeganAgainJoinsOnceItHasTheLogStart() throws IOException {
        ReplicationScript script = deletedInsideTheSecondEntry();
        script.follow(3);
        script.push(3);
        script.acknowledge(3);
        assertThat(script.broker(3).log().logStartOffset()).isEqualTo(1);
        assertThat(script.broker(3).log().logEndOffset()).isEqualTo(4);
        assertThat(script.broker(1).proposal()).as("it would bring back b").isEmpty();
        script.marks(3);
        script.acknowledge(3);
        assertThat(script.broker(1).proposal().orElseThrow().isr()).hasSize(3);
    }

    /** P13, P16: below the min ISR the leader knows no high watermark before somebody joins. */
    @Test
    void p16AReplicaHasTheLogStartBeforeItsLeaderKnowsTheHighWatermark() throws IOException {
        ReplicationScript script = deletedInsideTheSecondEntry();
        script.append(1, "e");
        script.push(2);
        script.elect(2, 2);
        script.follow(3);
        script.push(3);
        assertThat(script.subscription(3).marks().highWatermark()).isEmpty();
        script.marks(3);
        script.acknowledge(3);
        assertThat(script.broker(3).log().logStartOffset()).isEqualTo(2);
        assertThat(script.broker(2).proposal().orElseThrow().isr()).hasSize(2);
    }

    /** P12: who is not at the log end for too long leaves, but not for the leader's own pause. */
    @Test
    void p12AMemberThatIsLateLeavesTheIsrAndComesBack() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        script.replicate(2, 3);
        script.append(1, "a");
        script.replicate(2);
        script.clock().advance(Duration.ofMinutes(1));
        script.broker(1).leader().lookAfterFollowers();
        assertThat(script.broker(1).proposal()).as("the leader stood still itself").isEmpty();
        script.pass(ReplicationScript.LAG.plusSeconds(1));
        assertThat(script.broker(1).proposal().orElseThrow().isr()).hasSize(2);
        script.grant();
        assertThat(script.broker(1).leader().highWatermark()).hasValue(1);
        script.replicate(3);
        assertThat(script.broker(1).proposal().orElseThrow().isr()).hasSize(3);
    }

    private static ReplicationScript committed(String... values) throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        for (String value : values) {
            script.append(1, value);
        }
        script.replicate(2);
        assertThat(script.broker(2).log().highWatermark()).isEqualTo(values.length);
        return script;
    }

    private static ProducedBatch batch(String... values) {
        return ReplicationScript.records(values).build();
    }

    private static LogError error(CompletableFuture<Optional<LogFailure>> answer) {
        return ReplicationScript.now(answer).orElseThrow().error();
    }
}
