// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import com.google.rpc.Status;
import io.grpc.Deadline;
import io.taffrail.api.LogFailure;
import io.taffrail.api.RecordBatchTranslator;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.RecordPlace;
import io.taffrail.broker.forward.ForwardOutcome;
import io.taffrail.broker.forward.ForwardedAck;
import io.taffrail.broker.replication.AppendTicket;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.ProducedBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One Append on its way: a batch to each partition, all at once, and the answer when the last of
 * them is acknowledged or has failed.
 */
final class AppendCall {
    private final ProduceServices services;
    private final AppendTerms terms;
    private final UnaryAnswer<AppendResponse> answer;
    private final Deadline deadline; // null: none
    private final Executor executor;
    private final long receivedNanos;

    /**
     * A call that was received just now.
     *
     * @param deadline null if the client set none
     * @param executor where to do what costs time for its size
     */
    AppendCall(
            ProduceServices services,
            AppendTerms terms,
            UnaryAnswer<AppendResponse> answer,
            Deadline deadline,
            Executor executor) {
        this.services = services;
        this.terms = terms;
        this.answer = answer;
        this.deadline = deadline;
        this.executor = executor;
        this.receivedNanos = services.clock().nanoTime();
    }

    void run(List<AppendShare> shares) {
        List<CompletableFuture<ShareOutcome>> outcomes = new ArrayList<>();
        for (AppendShare share : shares) {
            outcomes.add(append(share));
        }
        var unused =
                CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
                        .whenComplete(
                                (none, thrown) -> {
                                    if (thrown == null) {
                                        conclude(shares, outcomes);
                                    } else {
                                        answer.reject(thrown);
                                    }
                                });
    }

    private CompletableFuture<ShareOutcome> append(AppendShare share) {
        return services.partitions()
                .find(share.query())
                .thenComposeAsync(lookup -> append(share, lookup), executor);
    }

    private CompletableFuture<ShareOutcome> append(AppendShare share, PartitionLookup lookup) {
        LeaderSearch search = LeaderSearch.of(lookup, true); // what is passed on is no Append
        if (search instanceof LeaderSearch.Refused refused) {
            return failed(refused.rejection());
        }
        Duration timeout = timeLeft();
        if (answer.isCancelled() || timeout.isNegative() || timeout.isZero()) {
            return failed(late());
        }
        try {
            ProducedBatch batch = share.batch(terms, services.clock().wallMs());
            return search instanceof LeaderSearch.Forwarded forwarded
                    ? forward(forwarded.leader(), batch, timeout)
                    : append(((LeaderSearch.Found) search).leader(), batch, timeout);
        } catch (RejectedRequestException e) {
            return failed(e.rejection());
        }
    }

    private CompletableFuture<ShareOutcome> append(
            PartitionLeader leader, ProducedBatch batch, Duration timeout) {
        AppendTicket ticket =
                leader.append(List.of(batch), terms.expectedBaseOffset(), terms.acks(), timeout);
        if (ticket instanceof AppendTicket.Refused refused) {
            return failed(new Rejection.Failed(locate(refused.failure())));
        }
        AppendTicket.Accepted accepted = (AppendTicket.Accepted) ticket;
        return accepted.acknowledged().thenApply(failure -> outcome(leader, accepted, failure));
    }

    private static ShareOutcome outcome(
            PartitionLeader leader, AppendTicket.Accepted accepted, Optional<LogFailure> failure) {
        return failure.isPresent()
                ? new ShareOutcome.Failed(new Rejection.Failed(failure.get()))
                : ShareOutcome.Appended.of(accepted.results().get(0), leader.leaderEpoch());
    }

    private CompletableFuture<ShareOutcome> forward(
            Elsewhere leader, ProducedBatch batch, Duration timeout) {
        ProduceOpen open =
                ProduceOpen.newBuilder()
                        .setAcks(terms.request().getAcks())
                        .setTimeoutMs((int) Math.min(Integer.MAX_VALUE, 1 + timeout.toMillis()))
                        .build();
        return services.forwarding()
                .append(
                        RecordBatchTranslator.toProto(batch),
                        terms.expectedBaseOffset(),
                        open,
                        leader)
                .thenApply(AppendCall::outcome);
    }

    private static ShareOutcome outcome(ForwardOutcome<ForwardedAck> outcome) {
        if (outcome instanceof ForwardOutcome.Answered<ForwardedAck> answered) {
            return ShareOutcome.Appended.of(answered.answer());
        }
        Status why = ((ForwardOutcome.Failed<ForwardedAck>) outcome).why();
        return new ShareOutcome.Failed(
                StatusTranslator.fromStatus(why)
                        .<Rejection>map(failure -> new Rejection.Failed(locate(failure)))
                        .orElseGet(() -> new Rejection.Passed(why)));
    }

    private Duration timeLeft() {
        return deadline == null
                ? SlotTerms.DEFAULT_TIMEOUT
                : Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS));
    }

    private static CompletableFuture<ShareOutcome> failed(Rejection rejection) {
        return CompletableFuture.completedFuture(new ShareOutcome.Failed(rejection));
    }

    private static Rejection late() {
        return new Rejection.Failed(
                LogFailure.of(
                        LogError.NOT_COMMITTED_IN_TIME,
                        "the call was over before its records could be appended"));
    }

    private static LogFailure locate(LogFailure failure) {
        boolean clientsFault = failure.error().code() == LogError.CanonicalCode.INVALID_ARGUMENT;
        return clientsFault ? failure.inField("records") : failure;
    }

    // The answer

    private void conclude(
            List<AppendShare> shares, List<CompletableFuture<ShareOutcome>> outcomes) {
        Optional<Rejection> firstError = errorIfNoneWasAppended(shares, outcomes);
        if (firstError.isPresent()) {
            answer.reject(firstError.get());
            return;
        }
        List<RecordPlace> places =
                new ArrayList<>(
                        Collections.nCopies(
                                terms.request().getRecordsCount(),
                                RecordPlace.getDefaultInstance()));
        for (int i = 0; i < shares.size(); i++) {
            AppendShare share = shares.get(i);
            ShareOutcome outcome = outcomes.get(i).join();
            observe(share, outcome);
            for (int at = 0; at < share.records().size(); at++) {
                places.set(
                        share.records().get(at),
                        ShareOutcome.place(outcome, share.query().partition(), at));
            }
        }
        answer.give(AppendResponse.newBuilder().addAllPlaces(places).build());
    }

    /** The first record's, if all failed. */
    private static Optional<Rejection> errorIfNoneWasAppended(
            List<AppendShare> shares, List<CompletableFuture<ShareOutcome>> outcomes) {
        Optional<Rejection> first = Optional.empty();
        for (int i = 0; i < shares.size(); i++) {
            if (!(outcomes.get(i).join() instanceof ShareOutcome.Failed failed)) {
                return Optional.empty();
            }
            if (shares.get(i).records().get(0) == 0) {
                first = Optional.of(failed.rejection());
            }
        }
        return first;
    }

    private void observe(AppendShare share, ShareOutcome outcome) {
        if (outcome instanceof ShareOutcome.Failed failed) {
            services.observer().failed(failed.rejection().reason());
        } else {
            services.observer()
                    .acknowledged(
                            share.records().size(), services.clock().nanoTime() - receivedNanos);
        }
    }
}
