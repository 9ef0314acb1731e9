// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.ElectLeadersRequest;
import io.taffrail.api.v1.ElectionType;
import io.taffrail.api.v1.PartitionReassignment;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.controller.decide.Command;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes commands of clients' requests to move replicas and leaderships. */
final class MoveRequests {
    private MoveRequests() {}

    static Command command(ReassignPartitionsRequest request) {
        return new Command.ReassignPartitions(
                request.getReassignmentsList().stream().map(MoveRequests::move).toList(),
                request.hasThrottleBytesPerSecond()
                        ? OptionalLong.of(request.getThrottleBytesPerSecond())
                        : OptionalLong.empty());
    }

    /**
     * What is to be done with one partition.
     *
     * @throws IllegalArgumentException if that is not said
     */
    private static Command.Move move(PartitionReassignment reassignment) {
        Optional<List<Integer>> target =
                switch (reassignment.getActionCase()) {
                    case TARGET -> Optional.of(reassignment.getTarget().getBrokerIdsList());
                    case CANCEL -> Optional.empty();
                    case ACTION_NOT_SET ->
                            throw new IllegalArgumentException(
                                    "a reassignment has neither a target nor is it cancelled");
                };
        return new Command.Move(selector(reassignment.getPartition()), target);
    }

    static Command command(ElectLeadersRequest request) {
        return new Command.ElectLeaders(
                request.getElectionType() == ElectionType.ELECTION_TYPE_UNCLEAN,
                request.getPartitionsList().stream().map(MoveRequests::selector).toList(),
                request.hasLeaderId()
                        ? OptionalInt.of(request.getLeaderId())
                        : OptionalInt.empty());
    }

    static Command command(DecommissionBrokerRequest request) {
        return new Command.DecommissionBroker(
                request.getBrokerId(),
                request.getCancel(),
                request.hasThrottleBytesPerSecond()
                        ? OptionalLong.of(request.getThrottleBytesPerSecond())
                        : OptionalLong.empty());
    }

    private static Command.PartitionSelector selector(PartitionRef ref) {
        return new Command.PartitionSelector(
                ref.getTopic(), topicId(ref.getTopicId()), ref.getPartition());
    }

    /** Reads an id that may be left out; one that cannot be is no topic's. */
    static Optional<TopicId> topicId(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TopicId.parse(text));
        } catch (IllegalArgumentException e) {
            throw StatusTranslator.toException(
                    LogFailure.of(LogError.UNKNOWN_TOPIC, "no topic has the id '" + text + "'")
                            .inField("topic_id"));
        }
    }
}
