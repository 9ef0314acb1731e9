// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.PartitionSelector;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the one who proposed a command is told. */
public sealed interface Reply {
    /** Done, or it was so before. */
    record Done() implements Reply {}

    /** Nothing was changed. */
    record Refused(Refusal refusal) implements Reply {}

    /** The broker is registered under this epoch. */
    record Registered(long brokerEpoch) implements Reply {}

    /** What came of each proposal, in order. */
    record Proposed(List<ProposalOutcome> outcomes) implements Reply {
        public Proposed {
            outcomes = List.copyOf(outcomes);
        }
    }

    /** What came of each partition, in the command's order. */
    record Changed(List<PartitionOutcome> outcomes) implements Reply {
        public Changed {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * What came of one partition.
     *
     * @param state as it is now; empty: there is no such partition
     */
    record PartitionOutcome(
            PartitionSelector partition,
            Optional<PartitionEntry> state,
            boolean leaderChanged,
            Optional<Refusal> refusal) {}

    /** The report is recorded; the replica may drop bytes if it is in neither ISR nor ELR (P19). */
    record Reported(boolean mayDrop) implements Reply {}

    /** A block of producer ids. */
    record ProducerIds(long first, int count) implements Reply {}

    /**
     * What came of one proposal.
     *
     * @param partitionEpoch the partition's epoch now; empty if refused
     * @param ineligible members that may not be in the ISR at present
     */
    record ProposalOutcome(
            OptionalLong partitionEpoch, List<Integer> ineligible, Optional<Refusal> refusal) {
        public ProposalOutcome {
            ineligible = List.copyOf(ineligible);
        }

        static ProposalOutcome made(long partitionEpoch) {
            return new ProposalOutcome(
                    OptionalLong.of(partitionEpoch), List.of(), Optional.empty());
        }

        static ProposalOutcome refused(Refusal refusal) {
            return new ProposalOutcome(OptionalLong.empty(), List.of(), Optional.of(refusal));
        }
    }
}
