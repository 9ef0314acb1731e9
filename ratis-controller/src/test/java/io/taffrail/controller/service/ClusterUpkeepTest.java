// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the active controller proposes of itself, over a log that commits at once. */
class ClusterUpkeepTest {
    private static final long STEP = Duration.ofMillis(50).toNanos();

    private final LocalLog log = new LocalLog();
    private final ClusterUpkeep upkeep = new ClusterUpkeep(log);
    private long now = -7;
    private int incarnations;

    /** Commits and applies what is proposed. */
    private static final class LocalLog implements Proposer {
        private final List<Command> proposed = new ArrayList<>();
        private ControllerState state = ControllerState.EMPTY;
        private long index;

        @Override
        public ControllerState state() {
            return state;
        }

        @Override
        public boolean active() {
            return true;
        }

        @Override
        public OptionalInt activeControllerId() {
            return OptionalInt.of(1);
        }

        @Override
        public Optional<HostPort> apiAddress(int controllerId) {
            return Optional.empty();
        }

        @Override
        public SortedMap<Integer, HostPort> controllers() {
            return new TreeMap<>();
        }

        @Override
        public long term() {
            return 3;
        }

        @Override
        public CompletableFuture<Applied> propose(Command command) {
            proposed.add(command);
            index++;
            MetadataVersion at = new MetadataVersion(3, index);
            Decision decision = state.decide(command, at, 1000);
            assertThat(decision.refusal()).isEmpty();
            state = state.after(decision, at);
            return CompletableFuture.completedFuture(new Applied(at, decision, state));
        }
    }

    private void apply(Command command) {
        assertThat(log.propose(command)).isCompleted();
    }

    private void start(int brokerId) {
        incarnations++;
        apply(
                new Command.RegisterBroker(
                        brokerId,
                        new UUID(1, incarnations),
                        List.of(
                                new Endpoint(
                                        Endpoint.Kind.API,
                                        new HostPort("127.0.0.1", 9000 + brokerId))),
                        Optional.empty(),
                        List.of(
                                new Command.DirectoryClaim(
                                        new DirectoryId(new UUID(2, brokerId)),
                                        epoch(brokerId),
                                        OptionalLong.empty(),
                                        false)),
                        1,
                        1,
                        "test",
                        false,
                        OptionalLong.empty()));
        apply(new Command.UnfenceBroker(brokerId, epoch(brokerId).orElseThrow(), 3));
    }

    private OptionalLong epoch(int brokerId) {
        return log.state
                .image()
                .broker(brokerId)
                .map(broker -> OptionalLong.of(broker.brokerEpoch()))
                .orElse(OptionalLong.empty());
    }

    private void topic(String name, Integer... brokerIds) {
        apply(
                new Command.CreateTopic(
                        new TopicId(5, name.hashCode()),
                        name,
                        0,
                        0,
                        new TreeMap<>(),
                        List.of(List.of(brokerIds))));
    }

    private PartitionEntry partition(String name) {
        return log.state.image().topic(name).orElseThrow().partition(0).orElseThrow();
    }

    private void inSync(String name, Integer... brokerIds) {
        PartitionEntry partition = partition(name);
        List<Command.IsrMember> isr = new ArrayList<>();
        for (int brokerId : brokerIds) {
            isr.add(new Command.IsrMember(brokerId, epoch(brokerId).orElseThrow()));
        }
        int leader = partition.leader().orElseThrow();
        apply(
                new Command.AlterPartition(
                        leader,
                        epoch(leader).orElseThrow(),
                        List.of(
                                new Command.Proposal(
                                        partition.topicId(),
                                        0,
                                        partition.leaderEpoch(),
                                        partition.partitionEpoch(),
                                        isr,
                                        false)),
                        new TreeSet<>()));
    }

    private void pass(Duration time) {
        for (long end = now + time.toNanos(); now < end; now += STEP) {
            upkeep.tick(now);
        }
    }

    /** P7. */
    @Test
    void leadershipGoesBackOnceTheBrokerHasBeenAliveForAMinute() {
        start(1);
        start(2);
        topic("t", 1, 2);
        start(1);
        assertThat(partition("t").isLedBy(2)).isTrue();
        upkeep.begin(now);
        inSync("t", 1, 2);
        pass(Duration.ofSeconds(59));
        assertThat(partition("t").isLedBy(2)).isTrue();
        start(1); // and its minute begins anew
        inSync("t", 1, 2);
        pass(Duration.ofSeconds(50));
        assertThat(partition("t").isLedBy(2)).isTrue();
        pass(Duration.ofSeconds(16));
        assertThat(partition("t").isLedBy(1)).isTrue();
    }

    @Test
    void aNewActiveControllerWaitsForAMinuteToo() {
        start(1);
        start(2);
        topic("t", 1, 2);
        start(1);
        inSync("t", 1, 2);
        upkeep.begin(now);
        pass(Duration.ofSeconds(58));
        upkeep.begin(now);
        pass(Duration.ofSeconds(58));
        assertThat(partition("t").isLedBy(2)).isTrue();
        pass(Duration.ofSeconds(8));
        assertThat(partition("t").isLedBy(1)).isTrue();
    }

    @Test
    void onlySoManyLeadershipsGoBackAtOnce() {
        start(1);
        start(2);
        for (int i = 0; i < 120; i++) {
            topic("t" + i, 1, 2);
        }
        start(1);
        for (int i = 0; i < 120; i++) {
            inSync("t" + i, 1, 2);
        }
        upkeep.begin(now);
        pass(Duration.ofSeconds(66));
        int returned = ledBy(1);
        assertThat(returned).isBetween(1, 100);
        pass(Duration.ofSeconds(10));
        assertThat(ledBy(1)).isEqualTo(120);
    }

    private int ledBy(int brokerId) {
        int[] led = new int[1];
        log.state.image().forEachPartition(each -> led[0] += each.isLedBy(brokerId) ? 1 : 0);
        return led[0];
    }

    @Test
    void aBrokerIsDrainedAlsoByTheNextActiveController() {
        start(1);
        start(2);
        start(3);
        topic("a", 1, 2);
        topic("b", 2, 1);
        apply(new Command.DecommissionBroker(1, false, OptionalLong.of(1_000)));
        upkeep.begin(now);
        pass(Duration.ofSeconds(1));
        assertThat(partition("a").adding()).containsExactly(3);
        inSync("a", 1, 2, 3);
        ClusterUpkeep next = new ClusterUpkeep(log);
        next.begin(now);
        inSync("b", 1, 2, 3);
        next.tick(now);
        assertThat(partition("a").replicaOn(1)).isEmpty();
        assertThat(partition("b").replicaOn(1)).isEmpty();
        assertThat(log.state.image().moveThrottle()).as("nothing moves any more").isEmpty();
    }

    /** Else the log would grow for as long as a broker waits to be emptied. */
    @Test
    void nothingIsProposedThatChangesNothing() {
        start(1);
        start(2);
        topic("t", 1, 2);
        apply(new Command.DecommissionBroker(1, false, OptionalLong.empty()));
        upkeep.begin(now);
        int before = log.proposed.size();
        pass(Duration.ofSeconds(100));
        assertThat(log.proposed).hasSize(before);
    }
}
