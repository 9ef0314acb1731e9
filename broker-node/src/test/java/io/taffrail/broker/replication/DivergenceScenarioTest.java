// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.LogError;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.StopMode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Histories in which logs part and come together again (P1, P12, P20). */
class DivergenceScenarioTest {
    /**
     * P1: the leader's own fsync came too late, its follower has the bytes, and the same broker
     * leads again.
     */
    @Test
    void p1AProcessThatComesBackLeadsInAnEpochOfItsOwn() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.follow(2);
        script.broker(1).holdFsyncs();
        var first = script.append(1, "a");
        script.push(2);
        assertThat(script.broker(2).log().durableEndOffset()).isEqualTo(1);
        assertThat(first).isNotDone();
        script.powerCut(1);
        script.minIsr(1);
        script.elect(1, 1);
        script.start(1);
        assertThat(script.append(1, "b")).isCompletedWithValue(Optional.empty());
        assertThat(script.follow(2)).hasOnlyElementsOfType(OpenOutcome.Diverged.class).isNotEmpty();
        script.replicate(2);
        assertThat(values(script, 2)).containsExactly("b");
    }

    /** P1: the broker that held the record leads, and the one that lost it follows. */
    @Test
    void p1AProcessThatComesBackFollowsWhoeverWasElected() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        script.replicate(2, 3);
        script.broker(1).holdFsyncs();
        var first = script.append(1, "a");
        script.push(2);
        script.powerCut(1);
        script.elect(2, 2, 3);
        script.start(1);
        script.replicate(1, 3);
        assertThat(script.broker(2).leader().highWatermark()).hasValue(1);
        assertThat(first).as("nobody answers for a dead process").isNotDone();
        assertThat(values(script, 1)).containsExactly("a");
    }

    /** P12, L–F–L: what an earlier leadership sent stands above a cut. */
    @Test
    void p12ARunFromBeforeACutIsDropped() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.replicate(2);
        script.append(1, "b");
        ReplicationScript.Push late = script.read(2).orElseThrow();
        ReplicaSubscription former = script.subscription(2);
        script.elect(2, 1, 2);
        script.append(2, "x");
        assertThat(script.follow(1)).hasSize(1);
        script.replicate(1);
        assertThat(values(script, 1)).containsExactly("a", "x");
        script.elect(1, 1, 2);
        assertThat(former.ended()).isPresent();
        script.append(1, "y");
        script.follow(2);
        assertThat(script.deliver(2, late)).isEqualTo(ReplicationTarget.Next.FOLLOW);
        script.replicate(2);
        assertThat(values(script, 2)).containsExactly("a", "x", "y");
    }

    /** P12: every epoch ends every subscription, also with the same leader. */
    @Test
    void p12ANewEpochOfTheSameLeaderForgetsWhatWasAcknowledged() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.follow(2);
        var waiting = script.append(1, "a");
        script.push(2);
        ReplicationTarget.Vouched vouched = script.broker(2).target().vouched();
        ReplicaSubscription former = script.subscription(2);
        script.elect(1, 1, 2);
        former.acknowledged(vouched.offset(), 0, 0);
        assertThat(script.broker(1).log().highWatermark()).isZero();
        assertThat(ReplicationScript.now(waiting).orElseThrow().error())
                .isEqualTo(LogError.NOT_LEADER);
        script.replicate(2);
        assertThat(script.broker(1).log().highWatermark()).isEqualTo(1);
    }

    /** P12: under flush=os a follower vouched for bytes that its power cut took. */
    @Test
    void p12AnAcknowledgementFromBeforeACrashDoesNotCount() throws IOException {
        ReplicationScript script = new ReplicationScript(2, Map.of("flush", "os"));
        script.elect(1, 1, 2);
        script.follow(2);
        var waiting = script.append(1, "a");
        script.push(2);
        ReplicationTarget.Vouched queued = script.broker(2).target().vouched();
        assertThat(queued.offset()).isEqualTo(1);
        ReplicaSubscription former = script.subscription(2);
        script.powerCut(2);
        script.start(2);
        assertThat(script.broker(2).log().logEndOffset()).isZero();
        former.acknowledged(queued.offset(), 0, 0);
        assertThat(waiting).isNotDone();
        assertThat(former.ended().orElseThrow().error()).isEqualTo(LogError.STALE_EPOCH);
        script.replicate(2);
        assertThat(waiting).isCompletedWithValue(Optional.empty());
    }

    /** P12, I4: a leader that has not heard of its end goes on, and nothing comes of it. */
    @Test
    void p12ALeaderThatHasNotHeardOfItsEndCommitsNothingMore() throws IOException {
        ReplicationScript script = new ReplicationScript(3);
        script.elect(1, 1, 2, 3);
        script.append(1, "a");
        script.replicate(2, 3);
        script.deaf(1);
        script.elect(2, 2, 3);
        var late = script.append(1, "late");
        assertThat(script.deliver(3, script.read(3).orElseThrow()))
                .isEqualTo(ReplicationTarget.Next.FOLLOW);
        assertThat(values(script, 3)).as("of another epoch: dropped").containsExactly("a");
        script.append(2, "x");
        script.replicate(3);
        assertThat(late).isNotDone();
        script.hears(1);
        assertThat(ReplicationScript.now(late).orElseThrow().error())
                .isEqualTo(LogError.NOT_LEADER);
        script.replicate(1);
        assertThat(values(script, 1)).containsExactly("a", "x");
    }

    @Test
    void p12AnAcknowledgementOfAnOlderSubscriptionDoesNotCount() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.follow(2);
        ReplicaSubscription former = script.subscription(2);
        var waiting = script.append(1, "a");
        script.follow(2);
        former.acknowledged(1, 0, 0);
        assertThat(waiting).isNotDone();
        script.replicate(2);
        assertThat(waiting).isCompletedWithValue(Optional.empty());
    }

    @Test
    void p12ARunThatDoesNotContinueTheLogOpensAgain() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.follow(2);
        script.append(1, "a");
        script.append(1, "b");
        ReplicationScript.Push first = script.read(2).orElseThrow();
        ReplicationScript.Push second = script.read(2).orElseThrow();
        assertThat(script.deliver(2, second)).isEqualTo(ReplicationTarget.Next.OPEN);
        assertThat(values(script, 2)).isEmpty();
        script.deliver(2, first);
        assertThat(script.deliver(2, first)).as("twice").isEqualTo(ReplicationTarget.Next.OPEN);
        script.follow(2);
        script.replicate(2);
        assertThat(values(script, 2)).containsExactly("a", "b");
    }

    /** KIP-101: logs of equal length, of which one was cut by the high watermark before. */
    @Test
    void p12LogsOfEqualLengthAreComparedByTheirEpochs() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.replicate(2);
        script.append(1, "b");
        script.powerCut(1);
        script.minIsr(1);
        script.elect(2, 2);
        script.append(2, "x");
        assertThat(script.broker(2).log().logEndOffset()).isEqualTo(2);
        script.start(1);
        assertThat(script.broker(1).log().logEndOffset()).isEqualTo(2);
        script.replicate(1);
        assertThat(values(script, 1)).containsExactly("a", "x");
    }

    /** KIP-279: the follower's last epoch is one that the leader never had. */
    @Test
    void p12TwoFailoversInARowAreUndoneEpochByEpoch() throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.replicate(2);
        script.append(1, "b"); // only here
        script.elect(2, 1, 2);
        script.append(2, "x"); // only there
        script.elect(1, 1, 2);
        script.append(1, "c");
        assertThat(script.follow(2))
                .as("epoch 6 is unknown to the leader, and the end of epoch 5 is above the other's")
                .hasSize(1);
        script.replicate(2);
        assertThat(values(script, 2)).containsExactly("a", "b", "c");
        assertThat(values(script, 1)).containsExactly("a", "b", "c");
    }

    /** P12: whatever two logs went through, the questions come to an end, and the logs agree. */
    @Property(tries = 40)
    void p12WhateverTheHistoryTheLogsComeToAgree(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        ReplicationScript script = new ReplicationScript(3);
        int leader = 1;
        for (int epoch = 0; epoch < 8; epoch++) {
            leader = 1 + random.nextInt(3);
            script.elect(leader, 1, 2, 3);
            for (int count = random.nextInt(4); count > 0; count--) {
                script.append(leader, "e" + epoch + "-" + count);
            }
            for (int id = 1; id <= 3; id++) {
                if (id != leader && random.nextBoolean()) {
                    script.follow(id);
                    for (int runs = random.nextInt(4); runs > 0; runs--) {
                        Optional<ReplicationScript.Push> push = script.read(id);
                        if (push.isPresent()) {
                            script.deliver(id, push.get());
                        }
                    }
                }
            }
        }
        for (int id = 1; id <= 3; id++) {
            if (id != leader) {
                script.replicate(id);
                assertThat(values(script, id)).isEqualTo(values(script, leader));
            }
        }
        assertThat(script.broker(leader).log().highWatermark())
                .isEqualTo(script.broker(leader).log().logEndOffset());
    }

    /** P20: the power goes in the middle of a cut, wherever that is. */
    @Test
    void p20ACutSurvivesAPowerCutAtAnyPoint() throws IOException {
        int at = 1;
        while (survivesAPowerCutInACut(at)) {
            at++;
        }
        assertThat(at).as("operations on the disk").isGreaterThan(5);
    }

    /** Returns whether the power went before everything was done. */
    private static boolean survivesAPowerCutInACut(int at) throws IOException {
        ReplicationScript script = new ReplicationScript(2);
        script.elect(1, 1, 2);
        script.append(1, "a");
        script.replicate(2);
        script.append(1, "b", "c");
        script.elect(2, 1, 2);
        script.append(2, "x");
        SimulatedDisk disk = script.broker(1).disk();
        disk.stopAt(disk.operations() + at, StopMode.HALFWAY);
        try {
            script.replicate(1);
        } catch (IOException | RuntimeException | AssertionError e) {
            assertThat(disk.isPowerOff()).as(e.toString()).isTrue();
        }
        boolean stopped = disk.isPowerOff();
        script.powerCut(1);
        script.start(1);
        assertThat(script.broker(1).reports()).as("at operation %d", at).isEmpty();
        script.replicate(1);
        assertThat(values(script, 1)).as("at operation %d", at).containsExactly("a", "x");
        return stopped;
    }

    private static List<String> values(ReplicationScript script, int id) {
        return ScriptInvariants.values(script.broker(id).log());
    }
}
