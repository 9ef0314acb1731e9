// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.internal.v1.AdministerResponse;
import io.taffrail.api.internal.v1.AllocateProducerIdsRequest;
import io.taffrail.api.internal.v1.AllocateProducerIdsResponse;
import io.taffrail.api.internal.v1.ChangeQuorumRequest;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.ControllerServiceGrpc.ControllerServiceFutureStub;
import io.taffrail.api.internal.v1.DescribeControllersRequest;
import io.taffrail.api.internal.v1.DescribeControllersResponse;
import io.taffrail.api.internal.v1.PlanAssignmentsRequest;
import io.taffrail.api.internal.v1.PlanAssignmentsResponse;
import io.taffrail.api.internal.v1.QuorumServiceGrpc;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.PlanReassignmentResponse;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.MetadataVersion;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks the active controller, and looks for it where it is not known. */
public final class ControllerClient implements ActiveController {
    private static final Duration BACK_OFF = Duration.ofMillis(50);

    private final ControllerChannels channels;
    private final ClusterView cluster;
    private final Clock clock;
    private final ScheduledExecutorService timer;

    public ControllerClient(
            ControllerChannels channels,
            ClusterView cluster,
            Clock clock,
            ScheduledExecutorService timer) {
        this.channels = channels;
        this.cluster = cluster;
        this.clock = clock;
        this.timer = timer;
    }

    @Override
    public CompletableFuture<AdministerResponse> administer(
            AdministerRequest request, Duration atMost) {
        long deadline = clock.nanoTime() + atMost.toNanos();
        return ask(stub -> stub.administer(request), deadline)
                .thenCompose(response -> inEffect(response, deadline));
    }

    /** A client that reads what it wrote, through this broker, finds it. */
    private CompletableFuture<AdministerResponse> inEffect(
            AdministerResponse response, long deadline) {
        if (!response.hasVersion()) {
            return CompletableFuture.completedFuture(response);
        }
        MetadataVersion version =
                new MetadataVersion(
                        response.getVersion().getTerm(), response.getVersion().getIndex());
        return cluster.await(version, remaining(deadline)).thenApply(image -> response);
    }

    @Override
    public CompletableFuture<AllocateProducerIdsResponse> allocateProducerIds(Duration atMost) {
        return ask(
                stub -> stub.allocateProducerIds(AllocateProducerIdsRequest.getDefaultInstance()),
                clock.nanoTime() + atMost.toNanos());
    }

    @Override
    public CompletableFuture<DescribeQuorumResponse> describeQuorum(Duration atMost) {
        return ask(
                        stub ->
                                stub.describeControllers(
                                        DescribeControllersRequest.getDefaultInstance()),
                        clock.nanoTime() + atMost.toNanos())
                .thenApply(DescribeControllersResponse::getQuorum);
    }

    @Override
    public CompletableFuture<ChangeQuorumResponse> changeQuorum(
            ChangeQuorumRequest request, Duration atMost) {
        long deadline = clock.nanoTime() + atMost.toNanos();
        return askOn(
                channel ->
                        QuorumServiceGrpc.newFutureStub(channel)
                                .withDeadlineAfter(
                                        remaining(deadline).toNanos(), TimeUnit.NANOSECONDS)
                                .changeQuorum(request),
                deadline);
    }

    @Override
    public CompletableFuture<PlanReassignmentResponse> planReassignment(
            PlanReassignmentRequest request, Duration atMost) {
        PlanAssignmentsRequest question =
                PlanAssignmentsRequest.newBuilder().setPlan(request).build();
        return ask(stub -> stub.planAssignments(question), clock.nanoTime() + atMost.toNanos())
                .thenApply(PlanAssignmentsResponse::getPlan);
    }

    private Duration remaining(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - clock.nanoTime()));
    }

    private <R> CompletableFuture<R> ask(
            Function<ControllerServiceFutureStub, ListenableFuture<R>> call, long deadline) {
        return askOn(
                channel ->
                        call.apply(
                                ControllerServiceGrpc.newFutureStub(channel)
                                        .withDeadlineAfter(
                                                remaining(deadline).toNanos(),
                                                TimeUnit.NANOSECONDS)),
                deadline);
    }

    private <R> CompletableFuture<R> askOn(
            Function<ManagedChannel, ListenableFuture<R>> call, long deadline) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        attempt(call, deadline, answer);
        return answer;
    }

    private <R> void attempt(
            Function<ManagedChannel, ListenableFuture<R>> call,
            long deadline,
            CompletableFuture<R> answer) {
        int controller = channels.next();
        Futures.addCallback(
                call.apply(channels.channel(controller)),
                new FutureCallback<R>() {
                    @Override
                    public void onSuccess(R response) {
                        channels.isActive(controller);
                        answer.complete(response);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        if (mayAskAnother(controller, failure, deadline)) {
                            attemptLater(call, deadline, answer);
                        } else {
                            answer.completeExceptionally(told(failure));
                        }
                    }
                },
                Runnable::run);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the answer tells
    private <R> void attemptLater(
            Function<ManagedChannel, ListenableFuture<R>> call,
            long deadline,
            CompletableFuture<R> answer) {
        timer.schedule(
                () -> attempt(call, deadline, answer), BACK_OFF.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Only where surely nothing was done: it is not the active one, or was not reached. */
    private boolean mayAskAnother(int controller, Throwable failure, long deadline) {
        Optional<LogFailure> said = StatusTranslator.fromException(failure);
        if (isItsOwnAnswer(failure)
                || (said.isPresent() && said.get().error() != LogError.NOT_CONTROLLER)) {
            return false;
        }
        channels.isNotActive(controller, said);
        return (said.isPresent() || isUnreached(failure))
                && deadline - clock.nanoTime() > BACK_OFF.toNanos();
    }

    /** There was no connection on which the request could have gone out. */
    private static boolean isUnreached(Throwable failure) {
        return Throwables.getCausalChain(failure).stream()
                .anyMatch(
                        cause ->
                                cause instanceof ConnectException
                                        || cause instanceof NoRouteToHostException
                                        || cause instanceof UnknownHostException);
    }

    /** Refusals that have no reason of their own; nothing else answers so. */
    private static boolean isItsOwnAnswer(Throwable failure) {
        Status.Code code = Status.fromThrowable(failure).getCode();
        return code == Status.Code.INVALID_ARGUMENT
                || code == Status.Code.NOT_FOUND
                || code == Status.Code.FAILED_PRECONDITION;
    }

    /** What did not come from a controller's own decision: there was none to ask. */
    private static StatusRuntimeException told(Throwable failure) {
        if (StatusTranslator.fromException(failure).isPresent() || isItsOwnAnswer(failure)) {
            return (StatusRuntimeException) failure;
        }
        return StatusTranslator.toException(
                LogFailure.of(
                        LogError.NOT_CONTROLLER,
                        "no active controller could be reached: "
                                + Throwables.getRootCause(failure).getMessage()));
    }
}
