// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.api.internal.v1.ReplicaServiceGrpc;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.CreateTopicResponse;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.simulation.raft.SimRaft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A whole cluster with its clients, on virtual time. The seed decides everything. */
public final class SimCluster {
    static final String TOPIC = "orders";

    private static final int FIRST_CONTROLLER = 100;
    private static final Duration START_AT_MOST = Duration.ofMinutes(1);
    private static final Duration SETTLE_AT_MOST = Duration.ofMinutes(2);
    private static final Duration LONGEST_UNDO = Duration.ofSeconds(7);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration STEP = Duration.ofMillis(2);

    private final long seed;
    private final SimOptions options;
    private final SimWorld world;
    private final List<SimController> controllers = new ArrayList<>();
    private final List<SimBroker> brokers = new ArrayList<>();
    private final SimInvariants invariants;
    private final SimClients clients;
    private final SimAdmin admin;
    private final SimTopicCycle topicCycle;
    private final BrokerFarewell farewell;
    private final SimTable table;
    private final SimCopies copies = new SimCopies(this);
    private boolean topicMade;
    private TopicId topicId;
    private MetadataImage newest = MetadataImage.EMPTY;

    public SimCluster(long seed, SimOptions options) {
        this(seed, options, PlantedBug.NONE);
    }

    /** One that is made wrong. */
    public SimCluster(long seed, SimOptions options, PlantedBug bug) {
        this.seed = seed;
        this.options = options;
        this.world = new SimWorld(seed);
        this.invariants = new SimInvariants(world);
        if (bug == PlantedBug.PRODUCERS_UNKNOWN_TO_FOLLOWERS) {
            world.network()
                    .rewrite(
                            ReplicaServiceGrpc.getReplicateMethod().getFullMethodName(),
                            new NamelessEntries(this::image));
        }
        SimRaft raft =
                new SimRaft(
                        world.scheduler(),
                        world.network(),
                        world.newId().toString(),
                        invariants.observed(bug.decisions()));
        for (int i = 0; i < options.controllers(); i++) {
            controllers.add(new SimController(world, raft, FIRST_CONTROLLER + i, bug));
        }
        String addresses =
                controllers.stream().map(SimCluster::listed).collect(Collectors.joining(","));
        for (int i = 0; i < options.brokers(); i++) {
            brokers.add(new SimBroker(world, i, addresses, bug, invariants));
        }
        List<HostPort> doors = brokers.stream().map(each -> each.host().address()).toList();
        clients = new SimClients(world, doors, new SimHistory(this::committedEnd));
        admin = new SimAdmin(world, clients.door());
        topicCycle = new SimTopicCycle(this, admin, clients.door());
        farewell = new BrokerFarewell(this, admin);
        table = new SimTable(this);
    }

    private static String listed(SimController controller) {
        HostPort api = controller.host().address();
        return "%d@%s:%d:%d".formatted(controller.id(), api.host(), api.port() + 1, api.port());
    }

    /** Starts every node, makes the topic, and puts the clients to work. */
    public void start() {
        nodes().forEach(SimNode::start);
        require("every broker is ready", () -> brokers.stream().allMatch(SimBroker::isReady));
        createTopic();
        table.create();
        require("the topics are made", () -> topicMade && table.isMade());
        topicId = image().topic(TOPIC).orElseThrow().topic().topicId();
        clients.work(TOPIC, options.partitions());
        table.work();
    }

    private long committedEnd(int partition) {
        return invariants.committedEnd(topicId, partition);
    }

    private void createTopic() {
        CreateTopicRequest request =
                CreateTopicRequest.newBuilder()
                        .setTopic(TOPIC)
                        .setPartitionCount(options.partitions())
                        .setReplicationFactor(options.replicationFactor())
                        .putConfigs("min.insync.replicas", "" + options.minIsr())
                        .putConfigs("flush", options.flush())
                        .build();
        admin.<CreateTopicResponse>ask(
                "topic " + TOPIC,
                stub -> stub.createTopic(request),
                answer -> topicMade = true,
                failure -> world.scheduler().after(Duration.ofMillis(500), this::createTopic));
    }

    private void require(String what, BooleanSupplier condition) {
        if (!runUntil(condition, START_AT_MOST)) {
            throw new IllegalStateException("not within " + START_AT_MOST + ": " + what);
        }
    }

    /** Looks now and then, rather than after each event. */
    private boolean runUntil(BooleanSupplier condition, Duration atMost) {
        for (Duration left = atMost; !left.isNegative(); left = left.minus(LOOK_EVERY)) {
            if (condition.getAsBoolean()) {
                return true;
            }
            runFor(LOOK_EVERY);
        }
        return condition.getAsBoolean();
    }

    /** Goes on, and looks whether all is as it must be at every moment. */
    private void runFor(Duration time) {
        for (Duration left = time; !left.isZero() && !left.isNegative(); left = left.minus(STEP)) {
            world.scheduler().runFor(STEP);
            invariants.check(image(), brokers);
        }
    }

    /** Lets clients work while {@code faults} happen. */
    public SimNemesis disturb(Set<SimFault> faults, Duration time) {
        SimNemesis nemesis = new SimNemesis(this, faults);
        nemesis.start();
        runFor(time);
        nemesis.stop();
        return nemesis;
    }

    /**
     * Ends every fault, lets the producers come to their end, and reads everything anew. What is
     * stuck then is a failure.
     */
    public void healAndSettle() {
        world.note("everything heals");
        world.network().mendAll();
        nodes().forEach(SimNode::resume);
        brokers.forEach(SimBroker::makeRoom);
        nodes().forEach(SimNode::start);
        world.scheduler().after(LONGEST_UNDO, () -> nodes().forEach(SimNode::start));
        clients.stopProducing();
        table.stop();
        settle("all that was sent is answered", () -> clients.allAnswered() && table.isIdle());
        settle("no operator is at work", () -> topicCycle.isIdle() && farewell.isIdle());
        settle("every partition has its leader and all of its replicas", this::isWhole);
        settle("every flipped bit is found and mended", () -> copies.stillFlipped().isEmpty());
        settle("every partition is whole again", this::isWhole);
        invariants.checkLogs(image(), entry -> !table.holds(entry), brokers);
        table.check(image());
        clients.readAnew(TOPIC);
        settle("all that was acknowledged can be read", clients::allRead);
    }

    private void settle(String what, BooleanSupplier condition) {
        if (!runUntil(condition, SETTLE_AT_MOST)) {
            image().forEachPartition(entry -> world.note(entry.toString()));
            world.failed("stuck", new IllegalStateException("not so after the healing: " + what));
        }
    }

    private boolean isWhole() {
        MetadataImage image = image();
        boolean[] whole = {image.topic(TOPIC).isPresent()};
        image.forEachPartition(partition -> whole[0] &= isWhole(partition));
        return whole[0];
    }

    private boolean isWhole(PartitionEntry partition) {
        return partition.leader().isPresent()
                && !partition.moving()
                && partition.isr().size() == partition.replicas().size()
                && partition.replicas().stream().allMatch(replica -> isWhole(partition, replica));
    }

    /** The metadata may not know yet that a broker has just started. */
    private boolean isWhole(PartitionEntry partition, ReplicaEntry replica) {
        SimBroker broker = brokers.get(replica.brokerId());
        return replica.fault() == ReplicaFault.NONE
                && broker.isReady()
                && broker.log(partition).isPresent();
    }

    /** What is wrong with this run; empty: nothing. */
    public List<String> verdict() {
        List<String> wrong = new ArrayList<>();
        world.failures().forEach(failure -> wrong.add(failure.toString()));
        wrong.addAll(clients.history().anomalies());
        wrong.addAll(clients.history().lost());
        wrong.addAll(table.anomalies());
        return wrong;
    }

    public long seed() {
        return seed;
    }

    public SimOptions options() {
        return options;
    }

    public SimWorld world() {
        return world;
    }

    public List<SimController> controllers() {
        return controllers;
    }

    public List<SimBroker> brokers() {
        return brokers;
    }

    public List<SimNode> nodes() {
        List<SimNode> nodes = new ArrayList<>(controllers);
        nodes.addAll(brokers);
        return nodes;
    }

    SimInvariants invariants() {
        return invariants;
    }

    SimCopies copies() {
        return copies;
    }

    public SimClients clients() {
        return clients;
    }

    SimAdmin admin() {
        return admin;
    }

    SimTopicCycle topicCycle() {
        return topicCycle;
    }

    BrokerFarewell farewell() {
        return farewell;
    }

    /**
     * The newest metadata that any controller has applied: it is committed, also when all that know
     * it are down.
     */
    public MetadataImage image() {
        newest =
                controllers.stream()
                        .map(SimController::state)
                        .flatMap(Optional::stream)
                        .map(ControllerState::image)
                        .reduce(
                                newest,
                                BinaryOperator.maxBy(Comparator.comparing(MetadataImage::version)));
        return newest;
    }
}
