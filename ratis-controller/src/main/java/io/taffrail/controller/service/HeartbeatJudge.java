// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.api.DirectoryIdTranslator;
import io.taffrail.api.internal.v1.Heartbeat;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.ShutdownDecision;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which commands one broker's heartbeats call for. For one thread; times in nanoseconds. */
final class HeartbeatJudge {
    /** How long a broker that leaves is held back for its partitions' sake (P11). */
    private static final long SHUTDOWN_PATIENCE = Duration.ofSeconds(10).toNanos();

    private OptionalLong askedToStopAt = OptionalLong.empty();

    /**
     * Looks at one heartbeat.
     *
     * @param mayUnfence the broker does not flap
     * @throws IllegalArgumentException if it is malformed
     */
    List<Command> commands(
            ControllerState state,
            BrokerEntry broker,
            Heartbeat heartbeat,
            boolean mayUnfence,
            long term,
            long now) {
        List<Command> commands = new ArrayList<>();
        Command.ChangeBrokerState disks = disks(broker, heartbeat);
        if (changes(state, broker, disks)) {
            commands.add(disks);
        }
        if (heartbeat.getShuttingDown()) {
            if (!broker.shuttingDown() && mayLeave(state, broker, now)) {
                commands.add(
                        new Command.BeginControlledShutdown(
                                broker.brokerId(), broker.brokerEpoch()));
            }
        } else if (broker.fenced() && isReady(broker, heartbeat) && mayUnfence) {
            commands.add(new Command.UnfenceBroker(broker.brokerId(), broker.brokerEpoch(), term));
        }
        return commands;
    }

    private static boolean isReady(BrokerEntry broker, Heartbeat heartbeat) {
        return heartbeat.getRecovered()
                && heartbeat.getApplied().getIndex() >= broker.brokerEpoch();
    }

    private boolean mayLeave(ControllerState state, BrokerEntry broker, long now) {
        if (askedToStopAt.isEmpty()) {
            askedToStopAt = OptionalLong.of(now);
        }
        return now - askedToStopAt.getAsLong() >= SHUTDOWN_PATIENCE
                || !ShutdownDecision.isMissedBy(state.image(), broker.brokerId());
    }

    private static Command.ChangeBrokerState disks(BrokerEntry broker, Heartbeat heartbeat) {
        SortedSet<DirectoryId> slow =
                new TreeSet<>(DirectoryIdTranslator.toModels(heartbeat.getSlowDirectoryIdsList()));
        SortedSet<DirectoryId> offline =
                new TreeSet<>(
                        DirectoryIdTranslator.toModels(heartbeat.getOfflineDirectoryIdsList()));
        return new Command.ChangeBrokerState(
                broker.brokerId(), broker.brokerEpoch(), heartbeat.getReadOnly(), slow, offline);
    }

    private static boolean changes(
            ControllerState state, BrokerEntry broker, Command.ChangeBrokerState disks) {
        boolean slowChanged =
                broker.directories().stream()
                        .map(BrokerEntry.Directory::id)
                        .anyMatch(
                                id ->
                                        state.ledger().slow().contains(id)
                                                != disks.slow().contains(id));
        return slowChanged
                || broker.readOnly() != disks.readOnly()
                || !broker.withOffline(disks.offline()).equals(broker);
    }
}
