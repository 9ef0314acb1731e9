// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.AllocateProducerIdsResponse;
import io.taffrail.api.internal.v1.ChangeQuorumRequest;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.PlanReassignmentResponse;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.model.cluster.MetadataChange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** A controller that makes what a test tells it to, and keeps what it was asked. */
final class FakeController implements ActiveController {
    final BlockingQueue<AdministerRequest> asked = new LinkedBlockingQueue<>();
    private volatile CompletableFuture<AdministerResponse> answer = makes();
    private volatile CompletableFuture<DescribeQuorumResponse> quorum = new CompletableFuture<>();

    void willMake(MetadataChange... changes) {
        answer = makes(changes);
    }

    void willAnswer(AdministerResponse response) {
        answer = CompletableFuture.completedFuture(response);
    }

    void willFail(RuntimeException failure) {
        answer = CompletableFuture.failedFuture(failure);
    }

    void willDescribe(CompletableFuture<DescribeQuorumResponse> description) {
        quorum = description;
    }

    private static CompletableFuture<AdministerResponse> makes(MetadataChange... changes) {
        return CompletableFuture.completedFuture(
                AdministerResponse.newBuilder()
                        .addAllChanges(MetadataTranslator.toProtos(List.of(changes)))
                        .build());
    }

    @Override
    public CompletableFuture<AdministerResponse> administer(
            AdministerRequest request, Duration atMost) {
        asked.add(request);
        return answer;
    }

    @Override
    public CompletableFuture<PlanReassignmentResponse> planReassignment(
            PlanReassignmentRequest request, Duration atMost) {
        return CompletableFuture.completedFuture(
                PlanReassignmentResponse.newBuilder()
                        .setMovedReplicaCount(request.getTopicsCount())
                        .build());
    }

    @Override
    public CompletableFuture<AllocateProducerIdsResponse> allocateProducerIds(Duration atMost) {
        throw new UnsupportedOperationException("nothing here asks for producer ids");
    }

    @Override
    public CompletableFuture<DescribeQuorumResponse> describeQuorum(Duration atMost) {
        return quorum;
    }

    @Override
    public CompletableFuture<ChangeQuorumResponse> changeQuorum(
            ChangeQuorumRequest request, Duration atMost) {
        throw new UnsupportedOperationException("nothing here changes the controllers' group");
    }
}
