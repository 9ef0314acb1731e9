// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.metadata.ImageRule;
import io.taffrail.broker.partition.ReplicaRules;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.simulation.raft.Decisions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
     * P12: what followers acknowledged to an earlier leadership goes on to count in a later one.
     */
    STALE_ACKNOWLEDGEMENT,
    /** I8: the controllers let a follower join by what a process of it had that is gone. */
    BROKER_EPOCH_IGNORED,
    /** P9: the controllers believe whoever says that it leads. */
    LEADER_EPOCH_IGNORED,
    /**
     * P8, at both places that keep it: the controllers take a proposal whatever has changed since
     * it was made, and a leader takes their answer for the state of the partition, with the min ISR
     * that it knew.
     */
    ISR_RACES_WITH_MIN_ISR,
    /**
     * P4, at both places that keep it: a broker believes images from before its registration, and
     * deletes at once what it sets aside.
     */
    STRAYS_OF_AN_OLD_IMAGE_DELETED,
    /** I3: members whose joining is only proposed count towards the min ISR. */
    MIN_ISR_OF_THE_MAXIMAL_ISR,
    /** I3: the high watermark does not wait for members whose joining is proposed. */
    HIGH_WATERMARK_OF_THE_COMMITTED_ISR,
    /** I3: the high watermark waits for the leader alone. */
    ACKNOWLEDGED_BEFORE_REPLICATION,
    /** I4: a duplicate is answered before its original is committed. */
    DUPLICATE_ANSWERED_EARLY,
    /** I8: a follower joins the ISR before it has everything. */
    JOINS_BEFORE_IT_HAS_EVERYTHING,
    /** P22: tombstones go, whoever has not heard of them and comes back. */
    TOMBSTONES_WAIT_FOR_NOBODY,
    /** P23: followers do not know who produced what they copy. */
    PRODUCERS_UNKNOWN_TO_FOLLOWERS,
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
            case STALE_ACKNOWLEDGEMENT -> rememberingAcknowledgements();
            case ISR_RACES_WITH_MIN_ISR ->
                    WrongRules.ofLeaders(WrongLeaderState::takesAnswersForMetadata);
            case MIN_ISR_OF_THE_MAXIMAL_ISR ->
                    WrongRules.ofLeaders(WrongLeaderState::countsProposedMembers);
            case HIGH_WATERMARK_OF_THE_COMMITTED_ISR ->
                    WrongRules.ofLeaders(WrongLeaderState::waitsForCommittedMembersOnly);
            case ACKNOWLEDGED_BEFORE_REPLICATION ->
                    WrongRules.ofLeaders(WrongLeaderState::waitsForNobody);
            case DUPLICATE_ANSWERED_EARLY ->
                    WrongRules.ofLeaders(WrongLeaderState::answersDuplicatesAtOnce);
            case TOMBSTONES_WAIT_FOR_NOBODY ->
                    WrongRules.ofLeaders(WrongLeaderState::forgetsWhoIsAway);
            case JOINS_BEFORE_IT_HAS_EVERYTHING ->
                    WrongRules.ofLeaders(WrongLeaderState::letsEverybodyJoin);
            case NO_TRUNCATION -> WrongRules.ofFollowers(WrongFollowerState::cutsNothing);
            default -> ReplicaRules.PROTOCOL;
        };
    }

    private static ReplicaRules rememberingAcknowledgements() {
        Map<WrongLeaderState.Acknowledger, Long> memory = new HashMap<>();
        return WrongRules.ofLeaders(
                start -> WrongLeaderState.remembersAcknowledgements(start, memory));
    }

    /** What controllers decide. */
    Decisions decisions() {
        return switch (this) {
            case BROKER_EPOCH_IGNORED -> WrongDecisions::ignoringBrokerEpochs;
            case LEADER_EPOCH_IGNORED -> WrongDecisions::ignoringLeaderEpochs;
            case ISR_RACES_WITH_MIN_ISR -> WrongDecisions::ignoringPartitionEpochs;
            default -> Decisions.PROTOCOL;
        };
    }

    /** Which metadata brokers believe. */
    ImageRule images() {
        return this == STRAYS_OF_AN_OLD_IMAGE_DELETED
                ? (image, registered) -> true
                : ImageRule.PROTOCOL;
    }

    /** What a broker takes its disk for. */
    FileSystem onDisk(FileSystem disk) {
        return this == STRAYS_OF_AN_OLD_IMAGE_DELETED ? new ForgetfulStrays(disk) : disk;
    }

    /** Whether what is wrong with a run comes of it, and not only of how it was planted. */
    boolean isConvictedBy(List<String> wrong) {
        return switch (this) {
            case PRODUCERS_UNKNOWN_TO_FOLLOWERS -> // whose entries are other bytes, too (I2)
                    wrong.stream().anyMatch(each -> each.contains("UNKNOWN_PRODUCER"));
            case TOMBSTONES_WAIT_FOR_NOBODY ->
                    wrong.stream().anyMatch(each -> each.contains("P22"));
            case DUPLICATE_ANSWERED_EARLY ->
                    wrong.stream().anyMatch(each -> each.contains("I4") || each.contains("lost"));
            default -> !wrong.isEmpty();
        };
    }
}
