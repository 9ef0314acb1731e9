// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.AllocateProducerIdsRequest;
import io.taffrail.api.internal.v1.AllocateProducerIdsResponse;
import io.taffrail.api.internal.v1.AlterPartitionRequest;
import io.taffrail.api.internal.v1.AlterPartitionResponse;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.DescribeControllersRequest;
import io.taffrail.api.internal.v1.DescribeControllersResponse;
import io.taffrail.api.internal.v1.PlanAssignmentsRequest;
import io.taffrail.api.internal.v1.PlanAssignmentsResponse;
import io.taffrail.api.internal.v1.ProposalResult;
import io.taffrail.api.internal.v1.ReportReplicaRequest;
import io.taffrail.api.internal.v1.ReportReplicaResponse;
import io.taffrail.api.internal.v1.SessionRequest;
import io.taffrail.api.internal.v1.SessionResponse;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.controller.decide.Reply;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.ratis.PartitionCommands;
import io.taffrail.model.Clock;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What brokers ask of the active controller: decode, propose, encode. */
final class ControllerServiceImpl extends ControllerServiceGrpc.ControllerServiceImplBase {
    /** Ids in one block: a broker comes back once in a thousand producers. */
    static final int PRODUCER_IDS = 1000;

    private final Proposer proposer;
    private final SessionDuties sessions;
    private final TopicRequests topicRequests;
    private final QuorumReport quorum;
    private final Clock clock;

    ControllerServiceImpl(
            Proposer proposer,
            SessionDuties sessions,
            TopicRequests topicRequests,
            QuorumReport quorum,
            Clock clock) {
        this.proposer = proposer;
        this.sessions = sessions;
        this.topicRequests = topicRequests;
        this.quorum = quorum;
        this.clock = clock;
    }

    @Override
    public StreamObserver<SessionRequest> session(StreamObserver<SessionResponse> responses) {
        return new SessionStream(sessions, (ServerCallStreamObserver<SessionResponse>) responses);
    }

    @Override
    public void alterPartition(
            AlterPartitionRequest request, StreamObserver<AlterPartitionResponse> responses) {
        sessions.run(
                () ->
                        answer(
                                responses,
                                () ->
                                        propose(
                                                PartitionCommands.toModel(
                                                        request,
                                                        sessions.cutOffFrom(
                                                                request.getBrokerId()))),
                                applied -> results((Reply.Proposed) applied.decision().reply())));
    }

    private static AlterPartitionResponse results(Reply.Proposed reply) {
        AlterPartitionResponse.Builder response = AlterPartitionResponse.newBuilder();
        for (Reply.ProposalOutcome outcome : reply.outcomes()) {
            ProposalResult.Builder result =
                    ProposalResult.newBuilder().addAllIneligibleBrokerIds(outcome.ineligible());
            outcome.partitionEpoch().ifPresent(result::setPartitionEpoch);
            outcome.refusal().map(Failures::status).ifPresent(result::setError);
            response.addResults(result);
        }
        return response.build();
    }

    @Override
    public void reportReplica(
            ReportReplicaRequest request, StreamObserver<ReportReplicaResponse> responses) {
        answer(
                responses,
                () -> propose(PartitionCommands.toModel(request)),
                applied ->
                        ReportReplicaResponse.newBuilder()
                                .setMayDrop(((Reply.Reported) applied.decision().reply()).mayDrop())
                                .build());
    }

    @Override
    public void administer(
            AdministerRequest request, StreamObserver<AdministerResponse> responses) {
        if (request.hasReplaceDisk()) {
            sessions.run( // where it is known who is there
                    () -> {
                        int brokerId = request.getReplaceDisk().getNodeId();
                        administer(request, () -> sessions.requireGone(brokerId), responses);
                    });
        } else {
            administer(request, () -> {}, responses);
        }
    }

    private void administer(
            AdministerRequest request,
            Runnable check,
            StreamObserver<AdministerResponse> responses) {
        boolean dryRun = TopicRequests.validateOnly(request);
        answer(
                responses,
                () -> {
                    check.run();
                    Command command = topicRequests.command(request, proposer.state().image());
                    return dryRun ? decideOnly(command) : propose(command);
                },
                applied -> AdministerAnswers.of(request, applied));
    }

    /** Decided as if it were the next entry, and forgotten. */
    private CompletableFuture<Applied> decideOnly(Command command) {
        requireActive();
        ControllerState state = proposer.state();
        MetadataVersion next =
                new MetadataVersion(proposer.term(), state.image().version().index() + 1);
        Decision decision = state.decide(command, next, clock.wallMs());
        return CompletableFuture.completedFuture(
                accepted(new Applied(next, decision, state.after(decision, next))));
    }

    @Override
    public void planAssignments(
            PlanAssignmentsRequest request, StreamObserver<PlanAssignmentsResponse> responses) {
        answer(
                responses,
                () -> {
                    requireActive();
                    return CompletableFuture.completedFuture(
                            AssignmentPlans.plan(request.getPlan(), proposer.state().image()));
                },
                plan -> PlanAssignmentsResponse.newBuilder().setPlan(plan).build());
    }

    @Override
    public void allocateProducerIds(
            AllocateProducerIdsRequest request,
            StreamObserver<AllocateProducerIdsResponse> responses) {
        answer(
                responses,
                () -> propose(new Command.AllocateProducerIds(PRODUCER_IDS)),
                applied -> {
                    Reply.ProducerIds ids = (Reply.ProducerIds) applied.decision().reply();
                    return AllocateProducerIdsResponse.newBuilder()
                            .setFirstProducerId(ids.first())
                            .setCount(ids.count())
                            .build();
                });
    }

    @Override
    public void describeControllers(
            DescribeControllersRequest request,
            StreamObserver<DescribeControllersResponse> responses) {
        answer(
                responses,
                () -> {
                    requireActive();
                    return CompletableFuture.completedFuture(quorum.describe());
                },
                described -> DescribeControllersResponse.newBuilder().setQuorum(described).build());
    }

    private void requireActive() {
        if (!proposer.active()) {
            throw Failures.notController(proposer);
        }
    }

    private CompletableFuture<Applied> propose(Command command) {
        requireActive();
        return proposer.propose(command).thenApply(ControllerServiceImpl::accepted);
    }

    private static Applied accepted(Applied applied) {
        applied.decision()
                .refusal()
                .ifPresent(
                        refusal -> {
                            throw Failures.refused(refusal);
                        });
        return applied;
    }

    private interface Work<T> {
        CompletableFuture<T> begin();
    }

    private <T, R extends Message> void answer(
            StreamObserver<R> responses, Work<T> work, Function<T, R> encode) {
        CompletableFuture<T> future;
        try {
            future = work.begin();
        } catch (StatusRuntimeException e) {
            responses.onError(e);
            return;
        } catch (IllegalArgumentException e) {
            responses.onError(Failures.malformed(e));
            return;
        }
        var unused =
                future.thenApply(encode)
                        .whenComplete(
                                (response, thrown) -> {
                                    if (thrown == null) {
                                        responses.onNext(response);
                                        responses.onCompleted();
                                    } else {
                                        responses.onError(Failures.proposal(thrown, proposer));
                                    }
                                });
    }
}
