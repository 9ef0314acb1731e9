// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.testing;

import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.AllocateProducerIdsResponse;
import io.taffrail.api.internal.v1.ChangeQuorumRequest;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.PlanReassignmentResponse;
import io.taffrail.broker.metadata.ActiveController;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers as a test says; without that, nothing is ever answered. Any thread. */
public final class FakeActiveController implements ActiveController {
    private final List<AdministerRequest> administered = new CopyOnWriteArrayList<>();
    private volatile Function<AdministerRequest, CompletableFuture<AdministerResponse>>
            administering = request -> new CompletableFuture<>();
    private volatile Supplier<CompletableFuture<AllocateProducerIdsResponse>> allocating =
            CompletableFuture::new;
    private volatile Supplier<CompletableFuture<DescribeQuorumResponse>> describing =
            CompletableFuture::new;

    public void onAdminister(
            Function<AdministerRequest, CompletableFuture<AdministerResponse>> answer) {
        administering = answer;
    }

    public void onAllocateProducerIds(
            Supplier<CompletableFuture<AllocateProducerIdsResponse>> answer) {
        allocating = answer;
    }

    public void onDescribeQuorum(Supplier<CompletableFuture<DescribeQuorumResponse>> answer) {
        describing = answer;
    }

    /** What was asked for, in order. */
    public List<AdministerRequest> administered() {
        return administered;
    }

    @Override
    public CompletableFuture<AdministerResponse> administer(
            AdministerRequest request, Duration atMost) {
        administered.add(request);
        return administering.apply(request);
    }

    @Override
    public CompletableFuture<AllocateProducerIdsResponse> allocateProducerIds(Duration atMost) {
        return allocating.get();
    }

    @Override
    public CompletableFuture<PlanReassignmentResponse> planReassignment(
            PlanReassignmentRequest request, Duration atMost) {
        return new CompletableFuture<>(); // nothing here asks for plans
    }

    @Override
    public CompletableFuture<DescribeQuorumResponse> describeQuorum(Duration atMost) {
        return describing.get();
    }

    @Override
    public CompletableFuture<ChangeQuorumResponse> changeQuorum(
            ChangeQuorumRequest request, Duration atMost) {
        throw new UnsupportedOperationException("nothing here changes the controllers' group");
    }
}
