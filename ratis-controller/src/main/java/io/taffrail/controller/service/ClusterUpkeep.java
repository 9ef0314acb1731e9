// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.MisplacedLeaders;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the active controller does of itself, a little at a time: leaderships go back to preferred
 * leaders (P7), brokers that are being decommissioned are drained, a throttle ends with the moves
 * it was for. Only proposes; all of it is judged again when the commands are applied. On the
 * controller's thread; times in nanoseconds.
 */
final class ClusterUpkeep {
    private static final Logger log = LoggerFactory.getLogger(ClusterUpkeep.class);
    private static final long LOOK_EVERY = Duration.ofMillis(500).toNanos();
    private static final long BALANCE_EVERY = Duration.ofSeconds(5).toNanos();
    private static final long SETTLED_AFTER = Duration.ofSeconds(60).toNanos();
    private static final int LEADERS_AT_ONCE = 50;
    private static final int MOVES_AT_ONCE = 50;

    /** Since when a broker has been alive under one registration, as far as was seen here. */
    private record Alive(long brokerEpoch, long since) {}

    private final Proposer proposer;
    private final SortedMap<Integer, Alive> alive = new TreeMap<>();
    private CompletableFuture<?> asked = CompletableFuture.completedFuture(null);
    private long nextLook;
    private long nextBalance;

    ClusterUpkeep(Proposer proposer) {
        this.proposer = proposer;
    }

    /** This controller became the active one: how long brokers have been alive is not known. */
    void begin(long now) {
        alive.clear();
        nextLook = now;
        nextBalance = now;
    }

    /** To be called often. */
    void tick(long now) {
        if (now - nextLook < 0 || !asked.isDone()) {
            return;
        }
        nextLook = now + LOOK_EVERY;
        ControllerState state = proposer.state();
        watch(state, now);
        List<Command> commands = new ArrayList<>(drains(state));
        if (state.image().moveThrottle().isPresent()) {
            commands.add(new Command.EndMoveThrottle());
        }
        if (now - nextBalance >= 0) {
            nextBalance = now + BALANCE_EVERY;
            commands.addAll(handBacks(state, now));
        }
        commands.removeIf(command -> !changesAnything(state, command));
        asked =
                CompletableFuture.allOf(
                                commands.stream()
                                        .map(proposer::propose)
                                        .toArray(CompletableFuture<?>[]::new))
                        .exceptionally(ClusterUpkeep::tryAgainLater);
    }

    private static Void tryAgainLater(Throwable failure) {
        log.debug("upkeep is not done this time", failure);
        return null;
    }

    private void watch(ControllerState state, long now) {
        alive.keySet().removeIf(id -> state.image().broker(id).isEmpty());
        for (BrokerEntry broker : state.image().brokers()) {
            Alive seen = alive.get(broker.brokerId());
            if (!broker.active()) {
                alive.remove(broker.brokerId());
            } else if (seen == null || seen.brokerEpoch() != broker.brokerEpoch()) {
                alive.put(broker.brokerId(), new Alive(broker.brokerEpoch(), now));
            }
        }
    }

    /** Else the log would grow while a broker that cannot be emptied waits. */
    private boolean changesAnything(ControllerState state, Command command) {
        MetadataVersion next =
                new MetadataVersion(proposer.term(), state.image().version().index() + 1);
        return !state.decide(command, next, state.ledger().lastTimeMs()).changes().isEmpty();
    }

    private List<Command> drains(ControllerState state) {
        return state.image().brokers().stream()
                .filter(BrokerEntry::decommissioning)
                .<Command>map(broker -> new Command.DrainBroker(broker.brokerId(), MOVES_AT_ONCE))
                .toList();
    }

    private List<Command> handBacks(ControllerState state, long now) {
        List<Command> commands = new ArrayList<>();
        MisplacedLeaders.find(state, id -> isSettled(id, now), LEADERS_AT_ONCE)
                .forEach(
                        (leader, partitions) ->
                                commands.add(
                                        new Command.ElectLeaders(
                                                false, partitions, OptionalInt.of(leader))));
        return commands;
    }

    private boolean isSettled(int brokerId, long now) {
        Alive seen = alive.get(brokerId);
        return seen != null && now - seen.since() >= SETTLED_AFTER;
    }
}
