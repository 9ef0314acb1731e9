// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.PartitionOutcome;
import io.taffrail.api.v1.ElectLeadersRequest;
import io.taffrail.api.v1.ElectLeadersResponse;
import io.taffrail.api.v1.ElectLeadersResult;
import io.taffrail.api.v1.ElectionType;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Elections that clients ask for, held by the active controller. */
final class ElectionMethod {
    private static final Duration AT_MOST = Duration.ofSeconds(30);
    private static final int MAX_PARTITIONS = 10_000;

    private final ActiveController controller;

    ElectionMethod(ActiveController controller) {
        this.controller = controller;
    }

    CompletableFuture<ElectLeadersResponse> elect(ElectLeadersRequest request) {
        check(request);
        AdministerRequest change = AdministerRequest.newBuilder().setElectLeaders(request).build();
        return controller
                .administer(change, CallDeadline.remaining(AT_MOST))
                .thenApply(ElectionMethod::results);
    }

    private static void check(ElectLeadersRequest request) {
        int count = request.getPartitionsCount();
        InvalidArgument.unlessWithin(0, count, MAX_PARTITIONS, "partitions");
        if (request.getElectionType() == ElectionType.UNRECOGNIZED) {
            throw InvalidArgument.of("election_type", "is not known to this version");
        }
        boolean unclean = request.getElectionType() == ElectionType.ELECTION_TYPE_UNCLEAN;
        if (count == 0 && unclean) {
            throw InvalidArgument.of(
                    "partitions", "none is named: an election that may lose records needs to know");
        }
        if (count == 0 && request.hasLeaderId()) {
            throw InvalidArgument.of("partitions", "none is named for the leader that is");
        }
        for (int i = 0; i < count; i++) {
            TopicNames.checkId(
                    request.getPartitions(i).getTopicId(), "partitions[" + i + "].topic_id");
        }
    }

    private static ElectLeadersResponse results(AdministerResponse response) {
        ElectLeadersResponse.Builder results = ElectLeadersResponse.newBuilder();
        for (PartitionOutcome outcome : response.getOutcomesList()) {
            ElectLeadersResult.Builder result =
                    ElectLeadersResult.newBuilder()
                            .setPartition(PartitionOutcomes.ref(outcome))
                            .setChanged(outcome.getLeaderChanged());
            PartitionOutcomes.state(outcome).ifPresent(state -> setLeader(state, result));
            if (outcome.hasError()) {
                result.setError(outcome.getError());
            }
            results.addResults(result);
        }
        return results.build();
    }

    private static void setLeader(PartitionEntry state, ElectLeadersResult.Builder result) {
        result.setLeaderEpoch(state.leaderEpoch());
        state.leader().ifPresent(result::setLeaderId);
    }
}
