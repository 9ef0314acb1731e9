// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Everything that can happen to a cluster of five, in an order that a seed gives. */
public final class RandomHistory {
    private static final int BROKERS = 5;
    private static final List<Map<String, String>> CONFIGS =
            List.of(
                    Map.of(),
                    Map.of("min.insync.replicas", "1"),
                    Map.of("flush", "os"),
                    Map.of("unclean.leader.election.enable", "true"),
                    Map.of("flush", "os", "recovery", "last-leader"));

    private final Random random;
    private final History history = new History();

    private RandomHistory(long seed) {
        this.random = new Random(seed);
    }

    public static History run(long seed, int steps) {
        RandomHistory run = new RandomHistory(seed);
        for (int i = 0; i < steps; i++) {
            run.step();
        }
        return run.history;
    }

    private void step() {
        int brokerId = random.nextInt(BROKERS);
        switch (random.nextInt(16)) {
            case 0 -> register(brokerId);
            case 1, 2, 3 -> withBroker(brokerId, this::unfence);
            case 4 -> withBroker(brokerId, this::fence);
            case 5 -> withBroker(brokerId, this::changeDisks);
            case 6 -> createTopic();
            case 7 -> alterConfig();
            case 8, 9, 10 -> withPartition(this::alterPartition);
            case 11 -> withPartition(this::report);
            case 12, 13 -> withPartition(this::reassign);
            case 14 -> withPartition(this::elect);
            default -> rare(brokerId);
        }
    }

    private void rare(int brokerId) {
        switch (random.nextInt(9)) {
            case 0 ->
                    history.apply(
                            new Command.DeleteTopic("t" + random.nextInt(4), Optional.empty()));
            case 1 ->
                    history.apply(
                            new Command.CreatePartitions(
                                    "t" + random.nextInt(4),
                                    Optional.empty(),
                                    1 + random.nextInt(6),
                                    List.of()));
            case 2 ->
                    withBroker(
                            brokerId,
                            broker ->
                                    history.apply(
                                            new Command.BeginControlledShutdown(
                                                    brokerId, epoch(broker))));
            case 3 -> history.apply(new Command.UnregisterBroker(brokerId));
            case 4 -> history.apply(new Command.ReplaceDisk(brokerId));
            case 5 ->
                    history.apply(
                            new Command.DecommissionBroker(
                                    brokerId, random.nextBoolean(), throttle()));
            case 6 -> history.apply(new Command.DrainBroker(brokerId, 1 + random.nextInt(5)));
            case 7 -> history.apply(new Command.EndMoveThrottle());
            default -> history.apply(new Command.AllocateProducerIds(1000));
        }
    }

    private OptionalLong throttle() {
        return random.nextBoolean() ? OptionalLong.of(random.nextInt(3)) : OptionalLong.empty();
    }

    private void reassign(PartitionEntry partition) {
        Optional<List<Integer>> target = Optional.empty();
        if (random.nextInt(4) > 0) {
            List<Integer> ids = new ArrayList<>(List.of(0, 1, 2, 3, 4));
            Collections.shuffle(ids, random);
            target = Optional.of(ids.subList(0, 1 + random.nextInt(3)));
        }
        Command.Move move = new Command.Move(selector(partition), target);
        history.apply(new Command.ReassignPartitions(List.of(move), throttle()));
    }

    private void elect(PartitionEntry partition) {
        boolean all = random.nextInt(4) == 0;
        history.apply(
                new Command.ElectLeaders(
                        !all && random.nextInt(3) == 0,
                        all ? List.of() : List.of(selector(partition)),
                        !all && random.nextBoolean()
                                ? OptionalInt.of(random.nextInt(BROKERS))
                                : OptionalInt.empty()));
    }

    private Command.PartitionSelector selector(PartitionEntry partition) {
        String name =
                history.state().image().topic(partition.topicId()).orElseThrow().topic().name();
        return new Command.PartitionSelector(
                name,
                random.nextBoolean() ? Optional.of(partition.topicId()) : Optional.empty(),
                partition.partition());
    }

    private void register(int brokerId) {
        OptionalLong known = history.epoch(brokerId);
        OptionalLong stored =
                random.nextInt(8) == 0 && known.isPresent()
                        ? OptionalLong.of(known.getAsLong() - 1)
                        : known;
        Command.DirectoryClaim claim =
                new Command.DirectoryClaim(
                        History.directory(brokerId + BROKERS * random.nextInt(2)),
                        stored,
                        random.nextBoolean() ? known : OptionalLong.empty(),
                        random.nextBoolean());
        history.apply(
                History.registration(
                        brokerId,
                        claim,
                        random.nextInt(4) == 0,
                        random.nextInt(4) == 0 ? stored : OptionalLong.empty(),
                        new UUID(1, random.nextInt(50))));
    }

    private long epoch(BrokerEntry broker) {
        return broker.brokerEpoch() - (random.nextInt(10) == 0 ? 1 : 0);
    }

    private void unfence(BrokerEntry broker) {
        history.apply(new Command.UnfenceBroker(broker.brokerId(), epoch(broker), history.term()));
    }

    private void fence(BrokerEntry broker) {
        long term = history.term() - (random.nextInt(10) == 0 ? 1 : 0);
        history.apply(new Command.FenceBroker(broker.brokerId(), epoch(broker), term));
    }

    private void changeDisks(BrokerEntry broker) {
        var directory = new TreeSet<>(List.of(History.directory(broker.brokerId())));
        history.apply(
                new Command.ChangeBrokerState(
                        broker.brokerId(),
                        epoch(broker),
                        random.nextBoolean(),
                        random.nextBoolean() ? directory : new TreeSet<>(),
                        random.nextInt(20) == 0 ? directory : new TreeSet<>()));
    }

    private void createTopic() {
        history.apply(
                new Command.CreateTopic(
                        new TopicId(random.nextLong(), random.nextLong()),
                        "t" + random.nextInt(4),
                        1 + random.nextInt(4),
                        1 + random.nextInt(3),
                        new TreeMap<>(configs()),
                        List.of()));
    }

    private Map<String, String> configs() {
        return CONFIGS.get(random.nextInt(CONFIGS.size()));
    }

    private void alterConfig() {
        if (random.nextBoolean()) {
            history.apply(Command.AdoptTopicDefaults.of(configs()));
            return;
        }
        history.apply(
                new Command.AlterConfig(
                        "t" + random.nextInt(4),
                        Optional.empty(),
                        new TreeMap<>(configs()),
                        new TreeSet<>()));
    }

    private void alterPartition(PartitionEntry partition) {
        if (partition.leader().isEmpty()) {
            return;
        }
        int leader = partition.leader().getAsInt();
        List<Command.IsrMember> isr = new ArrayList<>();
        SortedSet<Integer> cutOff = new TreeSet<>();
        for (ReplicaEntry replica : partition.replicas()) {
            if (replica.brokerId() == leader || random.nextBoolean()) {
                long epoch = history.epoch(replica.brokerId()).orElse(-1);
                isr.add(new Command.IsrMember(replica.brokerId(), epoch));
            } else if (random.nextInt(3) == 0) {
                cutOff.add(replica.brokerId());
            }
        }
        Command.Proposal proposal =
                new Command.Proposal(
                        partition.topicId(),
                        partition.partition(),
                        partition.leaderEpoch() - (random.nextInt(10) == 0 ? 1 : 0),
                        partition.partitionEpoch() - (random.nextInt(10) == 0 ? 1 : 0),
                        isr,
                        random.nextBoolean());
        history.apply(
                new Command.AlterPartition(
                        leader, history.epoch(leader).orElseThrow(), List.of(proposal), cutOff));
    }

    private void report(PartitionEntry partition) {
        ReplicaEntry replica =
                partition.replicas().get(random.nextInt(partition.replicas().size()));
        ReplicaFault[] faults = ReplicaFault.values();
        history.apply(
                new Command.ReportReplica(
                        partition.topicId(),
                        partition.partition(),
                        partition.leaderEpoch(),
                        replica.brokerId(),
                        history.epoch(replica.brokerId()).orElse(-1),
                        faults[random.nextInt(faults.length)],
                        new Command.SuspectLog(
                                random.nextBoolean()
                                        ? OptionalInt.of(random.nextInt(3))
                                        : OptionalInt.empty(),
                                random.nextInt(100))));
    }

    private void withBroker(int brokerId, java.util.function.Consumer<BrokerEntry> action) {
        history.state().image().broker(brokerId).ifPresent(action);
    }

    private void withPartition(java.util.function.Consumer<PartitionEntry> action) {
        List<PartitionEntry> partitions = new ArrayList<>();
        history.state().image().forEachPartition(partitions::add);
        if (!partitions.isEmpty()) {
            action.accept(partitions.get(random.nextInt(partitions.size())));
        }
    }
}
