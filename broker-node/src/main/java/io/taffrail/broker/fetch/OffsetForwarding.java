// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListOffsetsResponse;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.broker.forward.ForwardOutcome;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The queries of one call of ListOffsets that other brokers have to answer: one call for each of
 * those. Queries may be added by any thread; then it is sent, once.
 */
final class OffsetForwarding {
    private static final Duration AT_MOST = Duration.ofSeconds(30);

    private final Forwarding forwarding;
    private final ListOffsetsRequest request;
    private final Map<Integer, List<Query>> byLeader = new TreeMap<>();

    private record Query(
            Elsewhere leader, OffsetQuery asked, CompletableFuture<Supplier<OffsetResult>> answer) {
        /** As the leader is asked. */
        OffsetQuery forwarded() {
            return asked.toBuilder()
                    .setTopicId(leader.partition().topicId().toString())
                    .setLeaderEpoch(leader.leaderEpoch())
                    .build();
        }

        void complete(OffsetResult result) {
            answer.complete(() -> result);
        }
    }

    /**
     * Without queries yet.
     *
     * @param request what else the client asks than its queries
     */
    OffsetForwarding(Forwarding forwarding, ListOffsetsRequest request) {
        this.forwarding = forwarding;
        this.request = request;
    }

    /** Has {@code answer} completed after {@link #send}. */
    synchronized void add(
            Elsewhere leader, OffsetQuery asked, CompletableFuture<Supplier<OffsetResult>> answer) {
        byLeader.computeIfAbsent(leader.leaderId(), none -> new ArrayList<>())
                .add(new Query(leader, asked, answer));
    }

    /** Asks all leaders at once. */
    synchronized void send() {
        byLeader.values().forEach(this::send);
    }

    private void send(List<Query> queries) {
        ListOffsetsRequest.Builder forwarded =
                ListOffsetsRequest.newBuilder().setIsolation(request.getIsolation());
        queries.forEach(query -> forwarded.addQueries(query.forwarded()));
        var unused =
                forwarding
                        .listOffsets(forwarded.build(), AT_MOST, queries.get(0).leader())
                        .thenAccept(outcome -> complete(queries, outcome));
    }

    private static void complete(List<Query> queries, ForwardOutcome<ListOffsetsResponse> outcome) {
        for (int i = 0; i < queries.size(); i++) {
            Query query = queries.get(i);
            if (outcome instanceof ForwardOutcome.Answered<ListOffsetsResponse> answered) {
                query.complete(result(query, answered.answer(), i));
            } else {
                Status why = ((ForwardOutcome.Failed<ListOffsetsResponse>) outcome).why();
                query.complete(OffsetLookup.refused(query.asked(), why));
            }
        }
    }

    private static OffsetResult result(Query query, ListOffsetsResponse answer, int at) {
        return at < answer.getResultsCount()
                ? answer.getResults(at)
                : OffsetLookup.refused(
                        query.asked(),
                        Status.newBuilder()
                                .setCode(io.grpc.Status.Code.INTERNAL.value())
                                .setMessage("the leader left the query without an answer")
                                .build());
    }
}
