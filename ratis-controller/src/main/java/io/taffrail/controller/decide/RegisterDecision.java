// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.DirectoryClaim;
import io.taffrail.controller.decide.Command.RegisterBroker;
import io.taffrail.controller.placement.ReplicaPlace;
import io.taffrail.controller.placement.ReplicaPlacer;
import io.taffrail.model.LogError.CanonicalCode;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Registration of a process. A new incarnation does all that a fence does to the one before it
 * (P1); what its directories prove decides whether its replicas still count as complete (P2, P3,
 * P21).
 */
final class RegisterDecision {
    private final Draft draft;
    private final RegisterBroker command;
    private final Optional<BrokerEntry> before;
    private Optional<ReplicaPlacer> placer = Optional.empty();

    private RegisterDecision(Draft draft, RegisterBroker command) {
        this.draft = draft;
        this.command = command;
        this.before = draft.image().broker(command.brokerId());
    }

    static Decision decide(Draft draft, RegisterBroker command) {
        return new RegisterDecision(draft, command).decide();
    }

    private Decision decide() {
        if (before.isPresent() && before.get().incarnationId().equals(command.incarnationId())) {
            return draft.accept(new Reply.Registered(before.get().brokerEpoch()));
        }
        Optional<Refusal> late = late();
        if (late.isPresent()) {
            return draft.refuse(late.get());
        }
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return draft.refuse(Refusal.of(CanonicalCode.FAILED_PRECONDITION, obstacle.get()));
        }
        draft.put(registered());
        for (DirectoryClaim claim : command.directories()) {
            draft.ledger(draft.ledger().withSlow(claim.id(), false));
        }
        draft.forEachReplicaOn(command.brokerId(), this::leave);
        before.ifPresent(
                known ->
                        known.directories()
                                .forEach(
                                        directory ->
                                                draft.ledger(
                                                        draft.ledger()
                                                                .withLost(directory.id(), false))));
        return draft.accept(new Reply.Registered(draft.at().index()));
    }

    /** A message of a process that died, after the next one registered. */
    private Optional<Refusal> late() {
        long present = before.map(BrokerEntry::brokerEpoch).orElse(0L);
        long replaced = command.replaces().orElse(present);
        return before.isEmpty() || replaced == present
                ? Optional.empty()
                : Optional.of(
                        Refusal.staleEpoch(
                                "the registration of broker " + command.brokerId() + " to replace,",
                                replaced,
                                present));
    }

    private Optional<String> obstacle() {
        return featureObstacle()
                .or(this::storedEpochObstacle)
                .or(this::foreignDirectory)
                .or(this::missingDirectory);
    }

    private Optional<String> featureObstacle() {
        int level = draft.image().featureLevel();
        if (command.minFeatureLevel() <= level && level <= command.maxFeatureLevel()) {
            return Optional.empty();
        }
        return Optional.of(
                String.format(
                        "the cluster is at feature level %d, broker %d supports %d to %d",
                        level,
                        command.brokerId(),
                        command.minFeatureLevel(),
                        command.maxFeatureLevel()));
    }

    /** Such an epoch is a place of a log that is not this one, or no longer. */
    private Optional<String> storedEpochObstacle() {
        return command.directories().stream()
                .filter(claim -> claim.storedBrokerEpoch().orElse(0) > draft.at().index())
                .map(
                        claim ->
                                String.format(
                                        "directory %s of broker %d was registered at %d, but the controllers' log"
                                                + " ends at %d: they have lost their state, or the directory belongs"
                                                + " to another cluster",
                                        claim.id(),
                                        command.brokerId(),
                                        claim.storedBrokerEpoch().getAsLong(),
                                        draft.at().index()))
                .findFirst();
    }

    private Optional<String> foreignDirectory() {
        if (command.directories().isEmpty()) {
            return Optional.of("broker " + command.brokerId() + " has no data directory");
        }
        for (BrokerEntry other : draft.image().brokers()) {
            for (BrokerEntry.Directory directory : other.directories()) {
                if (other.brokerId() != command.brokerId() && claim(directory.id()).isPresent()) {
                    return Optional.of(
                            String.format(
                                    "directory %s is broker %d's, and broker %d has it now: a node's id must not"
                                            + " change",
                                    directory.id(), other.brokerId(), command.brokerId()));
                }
            }
        }
        return Optional.empty();
    }

    /** P2: a disk that is not mounted must not be taken for a lost one. */
    private Optional<String> missingDirectory() {
        if (comesWithAnEmptyDiskInstead()) {
            return Optional.empty();
        }
        List<String> missing = new ArrayList<>();
        draft.forEachReplicaOn(
                command.brokerId(),
                (topic, partition, replica) -> {
                    if (claim(replica.directoryId()).isEmpty() && !isLost(replica)) {
                        missing.add(
                                String.format(
                                        "broker %d holds replicas in directory %s, such as %s-%d, and comes without"
                                                + " it: mount that disk, or if it is gone for good, give it up with 'taffrail"
                                                + " cluster replace-disk %d'",
                                        command.brokerId(),
                                        replica.directoryId(),
                                        topic.name(),
                                        partition.partition(),
                                        command.brokerId()));
                    }
                });
        return missing.stream().findFirst();
    }

    private boolean comesWithAnEmptyDiskInstead() {
        return command.replaceLostDisk()
                && command.directories().stream()
                        .allMatch(claim -> claim.storedBrokerEpoch().isEmpty());
    }

    private boolean isLost(ReplicaEntry replica) {
        return draft.ledger().lost().contains(replica.directoryId());
    }

    private BrokerEntry registered() {
        return new BrokerEntry(
                command.brokerId(),
                draft.at().index(),
                command.incarnationId(),
                command.endpoints(),
                command.rack(),
                command.directories().stream()
                        .map(claim -> new BrokerEntry.Directory(claim.id(), wasOffline(claim.id())))
                        .toList(),
                command.minFeatureLevel(),
                command.maxFeatureLevel(),
                command.softwareVersion(),
                draft.timeMs(),
                true,
                false,
                false,
                before.map(BrokerEntry::decommissioning).orElse(false));
    }

    /** P18: a failed directory stays so over restarts. */
    private boolean wasOffline(DirectoryId directory) {
        List<BrokerEntry.Directory> known = before.map(BrokerEntry::directories).orElse(List.of());
        return known.contains(new BrokerEntry.Directory(directory, true));
    }

    private void leave(TopicEntry topic, PartitionEntry partition, ReplicaEntry replica) {
        Optional<DirectoryClaim> claimed = claim(replica.directoryId());
        if (claimed.isEmpty()) {
            fillAnew(topic, partition, replica);
            return;
        }
        DirectoryClaim claim = claimed.get();
        draft.change(
                topic,
                partition,
                change -> {
                    if (isLost(replica)) { // it was not, and is what it was when it was given up
                        change.fault(command.brokerId(), ReplicaFault.NONE);
                    }
                    if (isOldCopy(claim)) {
                        change.dropClaim(command.brokerId());
                        change.fault(command.brokerId(), ReplicaFault.LOST);
                    } else if (lostNothing(claim, draft.rules(topic), replica)) {
                        change.leaveIsr(command.brokerId());
                    } else {
                        change.dropClaim(command.brokerId());
                    }
                });
    }

    /** P2: another disk is another replica. */
    private void fillAnew(TopicEntry topic, PartitionEntry partition, ReplicaEntry gone) {
        ReplicaPlace place = placer().add(command.brokerId());
        ReplicaEntry empty =
                new ReplicaEntry(
                        place.brokerId(),
                        place.directoryId(),
                        draft.rules(topic).flushOnCommit(),
                        ReplicaFault.NONE,
                        draft.at().index());
        boolean oldCopy = isOldCopy(claim(place.directoryId()).orElseThrow());
        draft.ledger(draft.ledger().withoutSuspect(partition, gone.brokerId()));
        draft.change(
                topic,
                partition,
                change -> {
                    change.dropClaim(gone.brokerId());
                    change.replace(empty);
                    if (oldCopy) {
                        change.fault(gone.brokerId(), ReplicaFault.LOST);
                    }
                });
    }

    private ReplicaPlacer placer() {
        if (placer.isEmpty()) {
            placer = Optional.of(new ReplicaPlacer(draft.image()));
        }
        return placer.get();
    }

    /** P2: before a broker is unfenced it has stored its epoch. */
    private boolean isOldCopy(DirectoryClaim claim) {
        Long served = draft.ledger().servedEpochs().get(claim.id());
        return served != null && claim.storedBrokerEpoch().orElse(-1) < served;
    }

    private boolean lostNothing(DirectoryClaim claim, TopicRules rules, ReplicaEntry replica) {
        OptionalLong lastEpoch =
                before.map(known -> OptionalLong.of(known.brokerEpoch()))
                        .orElse(OptionalLong.empty());
        boolean stoppedCleanly =
                lastEpoch.isPresent() && claim.cleanShutdownEpoch().equals(lastEpoch); // P3
        boolean acknowledgedIsOnDisk = rules.flushOnCommit() && replica.flushProven();
        return stoppedCleanly || claim.sameBoot() || acknowledgedIsOnDisk; // P21
    }

    private Optional<DirectoryClaim> claim(DirectoryId directory) {
        return command.directories().stream()
                .filter(claim -> claim.id().equals(directory))
                .findFirst();
    }
}
