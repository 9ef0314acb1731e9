// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.PartitionName;
import io.taffrail.api.internal.v1.PartitionOutcome;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.DrainDecision;
import io.taffrail.controller.decide.Reply;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionEntry;

/** What a broker is told of the change that a client asked it for. */
final class AdministerAnswers {
    private static final int MAX_STUCK = 1_000;

    private AdministerAnswers() {}

    static AdministerResponse of(AdministerRequest request, Applied applied) {
        AdministerResponse.Builder response =
                AdministerResponse.newBuilder()
                        .addAllChanges(MetadataTranslator.toProtos(applied.decision().changes()));
        if (!TopicRequests.validateOnly(request)) {
            response.setVersion(MetadataTranslator.toProto(applied.version()));
        }
        ControllerState after = applied.after();
        if (applied.decision().reply() instanceof Reply.Changed changed) {
            changed.outcomes().forEach(outcome -> response.addOutcomes(toProto(outcome)));
        }
        if (request.hasDecommissionBroker() && !request.getDecommissionBroker().getCancel()) {
            int brokerId = request.getDecommissionBroker().getBrokerId();
            DrainDecision.stuck(after, brokerId, MAX_STUCK)
                    .forEach(stuck -> response.addStuckPartitions(name(stuck, after)));
        }
        return response.build();
    }

    private static PartitionOutcome toProto(Reply.PartitionOutcome outcome) {
        PartitionName.Builder name =
                PartitionName.newBuilder()
                        .setTopic(outcome.partition().topic())
                        .setPartition(outcome.partition().partition());
        PartitionOutcome.Builder proto =
                PartitionOutcome.newBuilder().setLeaderChanged(outcome.leaderChanged());
        if (outcome.state().isPresent()) {
            PartitionEntry state = outcome.state().get();
            name.setTopicId(TopicIdTranslator.toProto(state.topicId()));
            proto.setState(
                    MetadataTranslator.toProto(new MetadataChange.PartitionChanged(state))
                            .getPartition());
        }
        outcome.refusal().map(Failures::status).ifPresent(proto::setError);
        return proto.setPartition(name).build();
    }

    private static PartitionName name(PartitionEntry partition, ControllerState state) {
        return PartitionName.newBuilder()
                .setTopicId(TopicIdTranslator.toProto(partition.topicId()))
                .setTopic(state.image().topic(partition.topicId()).orElseThrow().topic().name())
                .setPartition(partition.partition())
                .build();
    }
}
