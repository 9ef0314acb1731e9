// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.partition.IsrProposal;
import io.taffrail.broker.partition.LeaderState;
import io.taffrail.broker.partition.LeadershipStart;
import io.taffrail.broker.partition.ProposalAnswer;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Leaders that break a rule of I3, I4, I8, P8, P12 or P22. */
class WrongLeaderState extends LeaderState {
    private static final int PLENTY = 100;

    private final int brokerId;

    private WrongLeaderState(LeadershipStart start) {
        super(start);
        this.brokerId = start.brokerId();
    }

    /** Who acknowledged what, to any leadership of one process. */
    record Acknowledger(TopicId topicId, int partition, int broker) {}

    static WrongLeaderState remembersAcknowledgements(
            LeadershipStart start, Map<Acknowledger, Long> memory) {
        return new WrongLeaderState(start) {
            @Override
            public OptionalLong acknowledgedBy(int broker) {
                Acknowledger key =
                        new Acknowledger(partition().topicId(), partition().partition(), broker);
                long now = super.acknowledgedBy(broker).orElse(0);
                return OptionalLong.of(memory.merge(key, now, Math::max));
            }
        };
    }

    static WrongLeaderState takesAnswersForMetadata(LeadershipStart start) {
        return new WrongLeaderState(start) {
            @Override
            public void onAnswer(IsrProposal proposal, ProposalAnswer answer, long now) {
                super.onAnswer(proposal, answer, now);
                if (answer instanceof ProposalAnswer.Made made) {
                    onPartitionChanged(
                            with(partition(), proposal, made.partitionEpoch()),
                            highWatermark(),
                            now);
                }
            }
        };
    }

    private static PartitionEntry with(
            PartitionEntry before, IsrProposal proposal, long partitionEpoch) {
        return new PartitionEntry(
                before.topicId(),
                before.partition(),
                before.replicas(),
                before.leader(),
                before.leaderEpoch(),
                partitionEpoch,
                proposal.isr().stream().map(IsrProposal.Member::brokerId).toList(),
                before.elr(),
                before.lastKnown(),
                before.effectiveMinIsr(),
                before.recovering(),
                before.adding(),
                before.removing());
    }

    static WrongLeaderState countsProposedMembers(LeadershipStart start) {
        return new WrongLeaderState(start) {
            @Override
            protected int membersThatCount() {
                return maximalIsr().size();
            }
        };
    }

    static WrongLeaderState waitsForCommittedMembersOnly(LeadershipStart start) {
        return new WrongLeaderState(start) {
            @Override
            protected Collection<Integer> maximalIsr() {
                return partition().isr();
            }
        };
    }

    static WrongLeaderState waitsForNobody(LeadershipStart start) {
        return new WrongLeaderState(start) {
            @Override
            protected Collection<Integer> maximalIsr() {
                return List.of(start.brokerId());
            }

            @Override
            protected int membersThatCount() {
                return PLENTY;
            }
        };
    }

    static WrongLeaderState answersDuplicatesAtOnce(LeadershipStart start) {
        return new WrongLeaderState(start) {
            @Override
            public long duplicateAnsweredAt(OptionalLong originalEnd, long logEndOffset) {
                return 0;
            }
        };
    }

    static WrongLeaderState forgetsWhoIsAway(LeadershipStart start) {
        return new WrongLeaderState(start) {
            @Override
            public long compactedEverywhere(long compactedHere) {
                return compactedHere;
            }

            @Override
            public boolean isOvertaken(long logEnd, long logStart, long tombstoneHorizon) {
                return logEnd < logStart;
            }
        };
    }

    static WrongLeaderState letsEverybodyJoin(LeadershipStart start) {
        return new WrongLeaderState(start) {
            @Override
            protected boolean mayJoin(int broker, long logStartOffset) {
                return true;
            }
        };
    }

    @Override
    public final String toString() {
        return "a planted bug at broker " + brokerId + ": " + super.toString();
    }
}
