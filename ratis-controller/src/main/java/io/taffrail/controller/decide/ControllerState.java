// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;

/** All that the controllers know at one place of their log. Immutable. */
public record ControllerState(MetadataImage image, Ledger ledger) {
    /** Before anything was applied. */
    public static final ControllerState EMPTY =
            new ControllerState(MetadataImage.EMPTY, Ledger.EMPTY);

    /**
     * Decides a command against this state.
     *
     * @param at the place of the command's entry in the log
     * @param timeMs the active controller's clock when it proposed the command
     * @throws io.taffrail.model.BrokenInvariantException if the command leads to a state that
     *     cannot be: a bug, and the same one on every controller
     */
    public Decision decide(Command command, MetadataVersion at, long timeMs) {
        Draft draft = new Draft(this, at, timeMs);
        if (command instanceof Command.RegisterBroker register) {
            return RegisterDecision.decide(draft, register);
        }
        if (command instanceof Command.FenceBroker fence) {
            return LivenessDecision.fence(draft, fence);
        }
        if (command instanceof Command.UnfenceBroker unfence) {
            return LivenessDecision.unfence(draft, unfence);
        }
        if (command instanceof Command.BeginControlledShutdown shutdown) {
            return ShutdownDecision.decide(draft, shutdown);
        }
        if (command instanceof Command.UnregisterBroker unregister) {
            return UnregisterDecision.decide(draft, unregister);
        }
        if (command instanceof Command.ChangeBrokerState change) {
            return BrokerStateDecision.decide(draft, change);
        }
        if (command instanceof Command.AlterPartition alter) {
            return AlterPartitionDecision.decide(draft, alter);
        }
        if (command instanceof Command.ReportReplica report) {
            return ReportReplicaDecision.decide(draft, report);
        }
        if (command instanceof Command.ReplaceDisk replace) {
            return ReplaceDiskDecision.decide(draft, replace);
        }
        if (command instanceof Command.AllocateProducerIds allocate) {
            return allocate(draft, allocate.count());
        }
        if (command instanceof Command.ProveMajority) {
            return draft.accept(new Reply.Done());
        }
        return MoveDecision.decides(command)
                ? MoveDecision.decide(draft, command)
                : TopicDecision.decide(draft, command);
    }

    private static Decision allocate(Draft draft, int count) {
        long first = draft.ledger().nextProducerId();
        draft.ledger(draft.ledger().withNextProducerId(first + count));
        return draft.accept(new Reply.ProducerIds(first, count));
    }

    /** The state after a decision, whose entry is at {@code at}. */
    public ControllerState after(Decision decision, MetadataVersion at) {
        MetadataImage changed = image;
        for (MetadataChange change : decision.changes()) {
            changed = changed.apply(change);
        }
        return new ControllerState(changed.at(at), decision.ledger());
    }

    /** The same state after an entry that is no command. */
    public ControllerState at(MetadataVersion version) {
        return new ControllerState(image.at(version), ledger);
    }
}
