// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** A log of commands being decided one after the other; after each, {@link Rules} must hold. */
public final class History {
    /** The topic that {@link #topic} makes. */
    public static final String TOPIC = "t";

    private static final long TERM = 3;

    private final List<Command> commands = new ArrayList<>();
    private ControllerState state = ControllerState.EMPTY;
    private MetadataImage followed = MetadataImage.EMPTY;
    private long index;
    private long nextUuid = 1;

    public ControllerState state() {
        return state;
    }

    /** All that were applied, in order. */
    public List<Command> commands() {
        return commands;
    }

    /** Where the command of that position stands. */
    public static MetadataVersion at(int position) {
        return new MetadataVersion(TERM, position + 1L);
    }

    public Decision apply(Command command) {
        index++;
        MetadataVersion at = new MetadataVersion(TERM, index);
        commands.add(command);
        Decision decision = state.decide(command, at, timeMs(index));
        ControllerState after = state.after(decision, at);
        for (MetadataChange change : decision.changes()) {
            followed = followed.apply(change);
        }
        followed = followed.at(at);
        assertThat(followed).isEqualTo(after.image());
        Rules.check(state.image(), after.image());
        state = after;
        return decision;
    }

    /** A clock that steps back now and then. */
    public static long timeMs(long index) {
        return 1_000 + index * 10 - (index % 7) * 15;
    }

    public long term() {
        return TERM;
    }

    static DirectoryId directory(int brokerId) {
        return new DirectoryId(new UUID(0xd, brokerId));
    }

    Decision register(int brokerId) {
        return register(brokerId, epoch(brokerId), OptionalLong.empty(), false);
    }

    Decision registerAfterCleanStop(int brokerId) {
        return register(brokerId, epoch(brokerId), epoch(brokerId), false);
    }

    Decision register(int brokerId, OptionalLong stored, OptionalLong clean, boolean sameBoot) {
        return apply(registration(brokerId, stored, clean, sameBoot, new UUID(1, nextUuid++)));
    }

    static Command.RegisterBroker registration(
            int brokerId,
            OptionalLong stored,
            OptionalLong clean,
            boolean sameBoot,
            UUID incarnation) {
        return registration(
                brokerId,
                new Command.DirectoryClaim(directory(brokerId), stored, clean, sameBoot),
                false,
                OptionalLong.empty(),
                incarnation);
    }

    static Command.RegisterBroker registration(
            int brokerId,
            Command.DirectoryClaim directory,
            boolean replaceLostDisk,
            OptionalLong replaces,
            UUID incarnation) {
        return new Command.RegisterBroker(
                brokerId,
                incarnation,
                List.of(
                        new Endpoint(
                                Endpoint.Kind.API, new HostPort("127.0.0.1", 9000 + brokerId))),
                Optional.of("rack-" + brokerId % 2),
                List.of(directory),
                1,
                1,
                "test",
                replaceLostDisk,
                replaces);
    }

    OptionalLong epoch(int brokerId) {
        return state.image()
                .broker(brokerId)
                .map(broker -> OptionalLong.of(broker.brokerEpoch()))
                .orElse(OptionalLong.empty());
    }

    Decision fence(int brokerId) {
        return apply(new Command.FenceBroker(brokerId, epoch(brokerId).orElseThrow(), TERM));
    }

    Decision unfence(int brokerId) {
        return apply(new Command.UnfenceBroker(brokerId, epoch(brokerId).orElseThrow(), TERM));
    }

    /** Registers brokers and unfences them. */
    History brokers(int... brokerIds) {
        for (int brokerId : brokerIds) {
            register(brokerId);
            unfence(brokerId);
        }
        return this;
    }

    /** Makes {@value #TOPIC} with one partition on these brokers. */
    History topic(Map<String, String> configs, Integer... replicas) {
        Decision decision =
                apply(
                        new Command.CreateTopic(
                                new TopicId(7, nextUuid++),
                                TOPIC,
                                0,
                                0,
                                new TreeMap<>(configs),
                                List.of(List.of(replicas))));
        assertThat(decision.refusal()).isEmpty();
        return this;
    }

    TopicId topicId() {
        return state.image().topic(TOPIC).orElseThrow().topic().topicId();
    }

    PartitionEntry partition() {
        return state.image().topic(TOPIC).orElseThrow().partition(0).orElseThrow();
    }

    Decision report(int brokerId, ReplicaFault fault) {
        return report(brokerId, fault, new Command.SuspectLog(OptionalInt.empty(), 0));
    }

    Decision report(int brokerId, ReplicaFault fault, Command.SuspectLog log) {
        PartitionEntry partition = partition();
        return apply(
                new Command.ReportReplica(
                        partition.topicId(),
                        0,
                        partition.leaderEpoch(),
                        brokerId,
                        epoch(brokerId).orElseThrow(),
                        fault,
                        log));
    }

    Decision alter(Map<String, String> set) {
        return apply(
                new Command.AlterConfig(
                        TOPIC, Optional.empty(), new TreeMap<>(set), new TreeSet<>()));
    }

    Command.Proposal proposal(PartitionEntry partition, Integer... isr) {
        List<Command.IsrMember> members = new ArrayList<>();
        for (int brokerId : isr) {
            members.add(new Command.IsrMember(brokerId, epoch(brokerId).orElse(-1)));
        }
        return new Command.Proposal(
                partition.topicId(),
                partition.partition(),
                partition.leaderEpoch(),
                partition.partitionEpoch(),
                members,
                false);
    }

    Reply.ProposalOutcome propose(Command.Proposal proposal) {
        return propose(proposal, new TreeSet<>());
    }

    Reply.ProposalOutcome propose(Command.Proposal proposal, SortedSet<Integer> cutOff) {
        int leader = partition().leader().orElseThrow();
        Decision decision =
                apply(
                        new Command.AlterPartition(
                                leader, epoch(leader).orElseThrow(), List.of(proposal), cutOff));
        return ((Reply.Proposed) decision.reply()).outcomes().get(0);
    }

    boolean isFenced(int brokerId) {
        return state.image().broker(brokerId).map(BrokerEntry::fenced).orElse(true);
    }
}
