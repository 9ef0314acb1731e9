// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.AllocateProducerIdsResponse;
import io.taffrail.api.internal.v1.ChangeQuorumRequest;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.PlanReassignmentResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The active controller, wherever it is. Finds it, and asks again where an answer says that it was
 * another node. A future fails with a {@link io.grpc.StatusRuntimeException}: the controller's own
 * answer, to be passed on as it is, or NOT_CONTROLLER when none could be found in time.
 */
public interface ActiveController {
    /** A client's change; completes once it is committed there and in effect on this broker. */
    CompletableFuture<AdministerResponse> administer(AdministerRequest request, Duration atMost);

    CompletableFuture<AllocateProducerIdsResponse> allocateProducerIds(Duration atMost);

    CompletableFuture<DescribeQuorumResponse> describeQuorum(Duration atMost);

    /** A change of the controllers' group; completes once it is done. */
    CompletableFuture<ChangeQuorumResponse> changeQuorum(
            ChangeQuorumRequest request, Duration atMost);

    /** Assignments that would be even; changes nothing. */
    CompletableFuture<PlanReassignmentResponse> planReassignment(
            PlanReassignmentRequest request, Duration atMost);
}
