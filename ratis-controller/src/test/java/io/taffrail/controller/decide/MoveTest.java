// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.decide.Reply.PartitionOutcome;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P11: moves of replicas, and brokers that are emptied. */
class MoveTest {
    private static final Map<String, String> PLAIN = Map.of();

    private final History history = new History();

    @BeforeEach
    void sixBrokers() {
        history.brokers(1, 2, 3, 4, 5, 6).topic(PLAIN, 1, 2, 3);
    }

    private static Command.PartitionSelector partitionZero() {
        return new Command.PartitionSelector(History.TOPIC, Optional.empty(), 0);
    }

    private PartitionOutcome move(Optional<List<Integer>> target) {
        Command.Move move = new Command.Move(partitionZero(), target);
        Decision decision =
                history.apply(new Command.ReassignPartitions(List.of(move), OptionalLong.empty()));
        return ((Reply.Changed) decision.reply()).outcomes().get(0);
    }

    private PartitionOutcome moveTo(Integer... brokerIds) {
        return move(Optional.of(List.of(brokerIds)));
    }

    private PartitionOutcome cancel() {
        return move(Optional.empty());
    }

    private void inSync(Integer... isr) {
        Reply.ProposalOutcome outcome = history.propose(history.proposal(history.partition(), isr));
        assertThat(outcome.refusal()).isEmpty();
    }

    private List<Integer> replicas() {
        return history.partition().replicas().stream().map(ReplicaEntry::brokerId).toList();
    }

    private void assertMove(List<Integer> replicas, List<Integer> adding, List<Integer> removing) {
        PartitionEntry partition = history.partition();
        assertThat(replicas()).isEqualTo(replicas);
        assertThat(partition.adding()).isEqualTo(adding);
        assertThat(partition.removing()).isEqualTo(removing);
    }

    @Test
    void aMoveAddsFirstAndRemovesOnceAllThatShallStayAreInSync() {
        assertThat(moveTo(4, 5, 3).refusal()).isEmpty();
        assertMove(List.of(4, 5, 3, 1, 2), List.of(4, 5), List.of(1, 2));
        assertThat(history.partition().isLedBy(1)).isTrue();
        inSync(1, 2, 3, 4);
        assertMove(List.of(4, 5, 3, 1, 2), List.of(4, 5), List.of(1, 2));
        int epoch = history.partition().leaderEpoch();
        inSync(1, 2, 3, 4, 5);
        assertMove(List.of(4, 5, 3), List.of(), List.of());
        assertThat(history.partition().leader()).hasValue(4);
        assertThat(history.partition().leaderEpoch()).isEqualTo(epoch + 1);
        assertThat(history.partition().isr()).containsExactlyInAnyOrder(3, 4, 5);
    }

    @Test
    void aMoveOfFollowersAloneChangesNoLeader() {
        moveTo(1, 4, 5);
        int epoch = history.partition().leaderEpoch();
        inSync(1, 2, 3, 4, 5);
        assertMove(List.of(1, 4, 5), List.of(), List.of());
        assertThat(history.partition().leaderEpoch()).isEqualTo(epoch);
    }

    @Test
    void aMoveWaitsForTheOnesThatStayToo() {
        history.fence(3);
        moveTo(4, 2, 3);
        inSync(1, 2, 4);
        assertThat(history.partition().moving()).isTrue();
        history.unfence(3);
        inSync(1, 2, 3, 4);
        assertMove(List.of(4, 2, 3), List.of(), List.of());
    }

    @Test
    void theSameTargetMovesNothing() {
        long epoch = history.partition().partitionEpoch();
        assertThat(moveTo(1, 2, 3).refusal()).isEmpty();
        assertThat(history.partition().partitionEpoch()).isEqualTo(epoch);
        moveTo(4, 5, 6);
        epoch = history.partition().partitionEpoch();
        moveTo(4, 5, 6);
        assertThat(history.partition().partitionEpoch()).isEqualTo(epoch);
    }

    @Test
    void anotherOrderIsDoneAtOnce() {
        moveTo(2, 3, 1);
        assertMove(List.of(2, 3, 1), List.of(), List.of());
        assertThat(history.partition().isLedBy(1)).isTrue();
    }

    @Test
    void aCancelledMoveGoesBack() {
        moveTo(2, 3, 4);
        inSync(1, 2, 4);
        assertThat(cancel().refusal()).isEmpty();
        assertMove(List.of(2, 3, 1), List.of(), List.of());
        assertThat(history.partition().isr()).containsExactlyInAnyOrder(1, 2);
        assertThat(cancel().refusal()).as("there is none any more").isEmpty();
    }

    @Test
    void anotherTargetTakesThePlaceOfAMove() {
        moveTo(4, 5, 3);
        inSync(1, 2, 3, 4);
        moveTo(6, 4, 3);
        assertMove(List.of(6, 4, 3, 1, 2), List.of(6, 4), List.of(1, 2));
        assertThat(history.partition().isr()).as("4 goes on").contains(4);
        inSync(1, 2, 3, 4, 6);
        assertMove(List.of(6, 4, 3), List.of(), List.of());
    }

    /** Without: the only replicas that have what was committed are deleted. */
    @Test
    void aMoveWhoseNewReplicasAreAllThatIsLeftIsNotCancelled() {
        moveTo(4, 5, 6);
        inSync(1, 4);
        history.alter(Map.of("min.insync.replicas", "1"));
        history.fence(1);
        assertThat(history.partition().isr()).containsExactly(4);
        assertThat(history.partition().elr()).isEmpty();
        assertThat(cancel().refusal().orElseThrow().error()).contains(LogError.INVALID_CONFIG);
        assertThat(moveTo(1, 2, 3).refusal().orElseThrow().error())
                .contains(LogError.INVALID_CONFIG);
        assertThat(moveTo(4, 2, 3).refusal()).as("4 stays").isEmpty();
    }

    /** P8. Without: the disk of the one that is in sync may be lost already. */
    @Test
    void aMoveForgetsNobodyOfTheElrBeforeTheMinimumIsThereAgain() {
        history.fence(2);
        history.fence(3);
        assertThat(history.partition().elr()).containsExactly(3);
        assertThat(moveTo(1, 2, 4).refusal()).isEmpty();
        assertThat(history.partition().isr()).containsExactly(1);
        assertThat(history.partition().elr()).containsExactly(3);
        inSync(1, 4);
        assertThat(history.partition().elr()).isEmpty();
    }

    /** Without: the disk of the one that is left may be lost already. */
    @Test
    void aMoveIsNotCancelledIfFewerThanTheMinimumWouldHaveAllThatIsCommitted() {
        moveTo(4, 5, 6);
        inSync(1, 4);
        assertThat(cancel().refusal().orElseThrow().message()).contains("only brokers [1]");
        history.fence(1);
        assertThat(history.partition().elr()).containsExactly(1);
        assertThat(cancel().refusal().orElseThrow().message()).contains("only brokers [1]");
        history.unfence(1);
        inSync(1, 2, 4);
        assertThat(cancel().refusal()).isEmpty();
        assertThat(history.partition().isr()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void aMemberOfTheElrIsEnoughToGoBackToWhereTheMinimumIsOne() {
        moveTo(4, 5, 6);
        inSync(1, 4);
        history.fence(1);
        history.fence(4);
        history.alter(Map.of("min.insync.replicas", "1"));
        assertThat(history.partition().elr()).contains(1);
        assertThat(cancel().refusal()).isEmpty();
        assertThat(history.partition().leader()).isEmpty();
        assertThat(history.partition().elr()).containsExactly(1);
        history.unfence(1);
        assertThat(history.partition().isLedBy(1)).isTrue();
    }

    /** P8: the assignment decides how many must be in sync, in the same command. */
    @Test
    void anotherNumberOfReplicasChangesTheMinimum() {
        assertThat(history.partition().effectiveMinIsr()).isEqualTo(2);
        moveTo(1);
        assertThat(history.partition().effectiveMinIsr()).isEqualTo(1);
        assertMove(List.of(1), List.of(), List.of());
        moveTo(1, 2, 3, 4, 5);
        assertThat(history.partition().effectiveMinIsr())
                .as("writes do not wait for the copies")
                .isEqualTo(1);
        inSync(1, 2, 3, 4, 5);
        assertThat(history.partition().effectiveMinIsr()).isEqualTo(3);
        assertThat(history.state().image().topic(History.TOPIC).orElseThrow().topic())
                .extracting(topic -> topic.replicationFactor())
                .isEqualTo(5);
    }

    @Test
    void whatCannotBeATargetIsRefused() {
        history.alter(Map.of("min.insync.replicas", "2"));
        for (List<Integer> target :
                List.of(List.<Integer>of(), List.of(1, 1), List.of(1, 2, 99), List.of(1))) {
            assertThat(move(Optional.of(target)).refusal().orElseThrow().error())
                    .as("%s", target)
                    .contains(LogError.INVALID_CONFIG);
        }
        Decision unknown =
                history.apply(
                        new Command.ReassignPartitions(
                                List.of(
                                        new Command.Move(
                                                new Command.PartitionSelector(
                                                        History.TOPIC, Optional.empty(), 7),
                                                Optional.empty())),
                                OptionalLong.empty()));
        assertThat(
                        ((Reply.Changed) unknown.reply())
                                .outcomes()
                                .get(0)
                                .refusal()
                                .orElseThrow()
                                .error())
                .contains(LogError.UNKNOWN_TOPIC);
    }

    /** Those that leave may have what an unclean leader lacks. */
    @Test
    void aMoveDoesNotEndWhileItsLeaderRecovers() {
        history.alter(Map.of("unclean.leader.election.enable", "true"));
        moveTo(4);
        history.fence(2);
        history.fence(3);
        history.fence(1);
        assertThat(history.partition().leader()).hasValue(4);
        assertThat(history.partition().recovering()).isTrue();
        assertThat(history.partition().moving()).isTrue();
        Command.Proposal opened = history.proposal(history.partition(), 4);
        history.propose(
                new Command.Proposal(
                        opened.topicId(),
                        opened.partition(),
                        opened.leaderEpoch(),
                        opened.partitionEpoch(),
                        opened.isr(),
                        true));
        assertMove(List.of(4), List.of(), List.of());
    }

    @Test
    void theThrottleEndsWithTheLastMove() {
        moveTo(4, 2, 3);
        history.apply(new Command.ReassignPartitions(List.of(), OptionalLong.of(1000)));
        history.apply(new Command.EndMoveThrottle());
        assertThat(history.state().image().moveThrottle()).hasValue(1000);
        inSync(1, 2, 3, 4);
        history.apply(new Command.EndMoveThrottle());
        assertThat(history.state().image().moveThrottle()).isEmpty();
    }

    private void decommission(int brokerId, boolean cancel) {
        history.apply(new Command.DecommissionBroker(brokerId, cancel, OptionalLong.empty()));
    }

    @Test
    void aBrokerIsEmptiedAndThenForgotten() {
        decommission(1, false);
        history.apply(new Command.DrainBroker(1, 10));
        assertThat(history.partition().removing()).containsExactly(1);
        int successor = history.partition().adding().get(0);
        inSync(1, 2, 3, successor);
        assertThat(replicas()).doesNotContain(1);
        assertThat(history.partition().leader()).hasValue(successor);
        assertThat(history.apply(new Command.UnregisterBroker(1)).refusal())
                .as("it is alive")
                .isPresent();
        history.fence(1);
        assertThat(history.apply(new Command.UnregisterBroker(1)).refusal()).isEmpty();
        assertThat(history.state().image().broker(1)).isEmpty();
    }

    @Test
    void onlySoManyMovesOffABrokerAreUnderWay() {
        for (String name : List.of("a", "b", "c")) {
            history.apply(
                    new Command.CreateTopic(
                            new io.taffrail.model.TopicId(9, name.hashCode()),
                            name,
                            0,
                            0,
                            new java.util.TreeMap<>(),
                            List.of(List.of(1, 2))));
        }
        decommission(1, false);
        history.apply(new Command.DrainBroker(1, 2));
        history.apply(new Command.DrainBroker(1, 2));
        assertThat(movesUnderWay()).isEqualTo(2);
        history.apply(new Command.DrainBroker(1, 3));
        assertThat(movesUnderWay()).isEqualTo(3);
        decommission(1, true);
        assertThat(movesUnderWay()).isZero();
        assertThat(history.apply(new Command.DrainBroker(1, 3)).changes()).isEmpty();
    }

    private int movesUnderWay() {
        int[] moving = new int[1];
        history.state().image().forEachPartition(each -> moving[0] += each.moving() ? 1 : 0);
        return moving[0];
    }

    @Test
    void whatNobodyElseCanTakeIsStuck() {
        for (int brokerId : List.of(4, 5, 6)) {
            history.fence(brokerId);
        }
        decommission(2, false);
        assertThat(history.apply(new Command.DrainBroker(2, 10)).changes()).isEmpty();
        assertThat(DrainDecision.stuck(history.state(), 2, 10)).hasSize(1);
        history.unfence(5);
        assertThat(DrainDecision.stuck(history.state(), 2, 10)).isEmpty();
        history.apply(new Command.DrainBroker(2, 10));
        assertThat(history.partition().adding()).containsExactly(5);
        history.fence(5);
        assertThat(DrainDecision.stuck(history.state(), 2, 10))
                .as("it waits for one that is dead")
                .hasSize(1);
    }

    @Test
    void aBrokerThatLeavesIsGivenNothing() {
        decommission(4, false);
        assertThat(moveTo(4, 2, 3).refusal().orElseThrow().error())
                .contains(LogError.INVALID_CONFIG);
        history.register(4);
        assertThat(history.state().image().broker(4).orElseThrow().decommissioning()).isTrue();
        assertThat(
                        history.apply(
                                        new Command.DecommissionBroker(
                                                77, false, OptionalLong.empty()))
                                .refusal())
                .isPresent();
    }

    // Elections that are asked for (P7)

    private PartitionOutcome elect(boolean unclean, OptionalInt leader) {
        Decision decision =
                history.apply(new Command.ElectLeaders(unclean, List.of(partitionZero()), leader));
        return ((Reply.Changed) decision.reply()).outcomes().get(0);
    }

    @Test
    void leadershipGoesBackToTheFirstThatMay() {
        history.register(1);
        history.unfence(1);
        assertThat(history.partition().isLedBy(2)).isTrue();
        assertThat(elect(false, OptionalInt.empty()).leaderChanged())
                .as("1 is not in sync")
                .isFalse();
        inSync(1, 2, 3);
        assertThat(MisplacedLeaders.find(history.state(), id -> false, 10)).isEmpty();
        assertThat(MisplacedLeaders.find(history.state(), id -> true, 10)).containsOnlyKeys(1);
        assertThat(elect(false, OptionalInt.empty()).leaderChanged()).isTrue();
        assertThat(history.partition().isLedBy(1)).isTrue();
        assertThat(MisplacedLeaders.find(history.state(), id -> true, 10)).isEmpty();
    }

    @Test
    void anElectionOfAllChangesThoseThatAreMisplaced() {
        history.register(1);
        history.unfence(1);
        inSync(1, 2, 3);
        Command all = new Command.ElectLeaders(false, List.of(), OptionalInt.empty());
        assertThat(((Reply.Changed) history.apply(all).reply()).outcomes()).hasSize(1);
        assertThat(((Reply.Changed) history.apply(all).reply()).outcomes()).isEmpty();
    }

    @Test
    void whoIsNamedLeadsIfInSync() {
        assertThat(elect(false, OptionalInt.of(3)).leaderChanged()).isTrue();
        assertThat(history.partition().isLedBy(3)).isTrue();
        history.fence(2);
        PartitionOutcome outcome = elect(false, OptionalInt.of(2));
        assertThat(outcome.refusal().orElseThrow().message()).contains("broker 2 may not lead");
        assertThat(history.partition().isLedBy(3)).isTrue();
    }

    @Test
    void anUncleanElectionIsOnlyForWhatHasNoLeader() {
        history.alter(Map.of("min.insync.replicas", "1"));
        inSync(1);
        assertThat(elect(true, OptionalInt.of(2)).leaderChanged()).isFalse();
        history.fence(3);
        history.fence(1);
        assertThat(history.partition().leader()).isEmpty();
        assertThat(elect(false, OptionalInt.empty()).refusal()).isPresent();
        assertThat(history.partition().leader()).isEmpty();
        assertThat(elect(true, OptionalInt.of(2)).leaderChanged()).isTrue();
        assertThat(history.partition().isLedBy(2)).isTrue();
        assertThat(history.partition().recovering()).isTrue();
        assertThat(history.partition().isr()).containsExactly(2);
        assertThat(history.partition().elr()).isEmpty();
    }
}
