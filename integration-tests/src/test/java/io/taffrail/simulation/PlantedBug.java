// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.partition.ReplicaRules;

/**
 * Mistakes that a simulated cluster can be made with, to see that the simulation finds them. Each
 * comes in from outside: other rules, a disk that lies, a message that is swallowed.
 */
public enum PlantedBug {
    /** None: the protocol as it is. */
    NONE,
    /** P1: a new process is taken for the one before. */
    SAME_EPOCH_RESTART,
    /**
     * P12: a leader counts acknowledgements of a subscription that is over. Streams drop them
     * before it could, so that no history shows this one alone.
     */
    STALE_ACKNOWLEDGEMENT,
    /** I3: members whose joining is only proposed count towards the min ISR. */
    MIN_ISR_OF_THE_MAXIMAL_ISR,
    /** I3: the high watermark does not wait for members whose joining is proposed. */
    HIGH_WATERMARK_OF_THE_COMMITTED_ISR,
    /** I3: the high watermark waits for the leader alone. */
    ACKNOWLEDGED_BEFORE_REPLICATION,
    /** I8: a follower joins the ISR before it has everything. */
    JOINS_BEFORE_IT_HAS_EVERYTHING,
    /** P12: a follower keeps what its leader does not have. */
    NO_TRUNCATION,
    /** Nothing of the logs is forced. */
    ACKNOWLEDGED_BEFORE_FSYNC,
    /** P18: what a recovery found in the page cache is taken for durable. */
    NO_FSYNC_AFTER_RECOVERY,
    /** P17: bytes that were perhaps acknowledged and are gone are reported to nobody. */
    TORN_TAIL_TAKEN_FOR_HARMLESS;

    /** By which replicas lead and follow. */
    ReplicaRules rules() {
        return switch (this) {
            case STALE_ACKNOWLEDGEMENT ->
                    WrongRules.ofLeaders(WrongLeaderState::countsStaleAcknowledgements);
            case MIN_ISR_OF_THE_MAXIMAL_ISR ->
                    WrongRules.ofLeaders(WrongLeaderState::countsProposedMembers);
            case HIGH_WATERMARK_OF_THE_COMMITTED_ISR ->
                    WrongRules.ofLeaders(WrongLeaderState::waitsForCommittedMembersOnly);
            case ACKNOWLEDGED_BEFORE_REPLICATION ->
                    WrongRules.ofLeaders(WrongLeaderState::waitsForNobody);
            case JOINS_BEFORE_IT_HAS_EVERYTHING ->
                    WrongRules.ofLeaders(WrongLeaderState::letsEverybodyJoin);
            case NO_TRUNCATION -> WrongRules.ofFollowers(WrongFollowerState::cutsNothing);
            default -> ReplicaRules.PROTOCOL;
        };
    }
}
