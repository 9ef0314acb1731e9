// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListOffsetsResponse;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of ListOffsets: looks for all leaders at once, then answers query after query on one of
 * the readers: many queries of one call do not take all of those.
 */
final class ListOffsetsCall {
    private static final Logger LOG = LoggerFactory.getLogger(ListOffsetsCall.class);
    private static final int MAX_QUERIES = 10_000;

    private final FetchServices services;
    private final ServerCallStreamObserver<ListOffsetsResponse> observer;

    /** Each ready to answer once all leaders are found. */
    private final List<Supplier<OffsetResult>> answers = new ArrayList<>();

    ListOffsetsCall(
            FetchServices services, ServerCallStreamObserver<ListOffsetsResponse> observer) {
        this.services = services;
        this.observer = observer;
    }

    void begin(ListOffsetsRequest request) throws InvalidRequestException {
        SlotRequest.requireKnown("isolation", request.getIsolationValue(), 2);
        SlotRequest.requireKnown("routing", request.getRoutingValue(), 2);
        int count = request.getQueriesCount();
        if (count < 1 || count > MAX_QUERIES) {
            throw new InvalidRequestException(
                    "queries", "there are %d, allowed are 1 to %d".formatted(count, MAX_QUERIES));
        }
        observer.setOnCancelHandler(() -> {}); // then an answer that is too late is no error
        List<CompletableFuture<?>> leaders = new ArrayList<>();
        for (OffsetQuery asked : request.getQueriesList()) {
            leaders.add(look(asked));
        }
        var unused =
                CompletableFuture.allOf(leaders.toArray(new CompletableFuture<?>[0]))
                        .thenRunAsync(this::answer, services.environment().readers());
    }

    private CompletableFuture<?> look(OffsetQuery asked) {
        try {
            OffsetLookup lookup = OffsetLookup.of(asked);
            CompletableFuture<LedHere> leader =
                    services.environment().partitions().find(lookup.query()).thenApply(LedHere::of);
            answers.add(() -> lookup.answer(leader.join()));
            return leader;
        } catch (InvalidRequestException e) {
            OffsetResult refused = OffsetLookup.refused(asked, e.status());
            answers.add(() -> refused);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void answer() {
        ListOffsetsResponse.Builder response = ListOffsetsResponse.newBuilder();
        try {
            for (Supplier<OffsetResult> next : answers) {
                if (observer.isCancelled()) {
                    return;
                }
                response.addResults(next.get());
            }
        } catch (RuntimeException e) {
            LOG.error("ListOffsets failed", e);
            observer.onError(
                    Status.INTERNAL
                            .withDescription("the query failed; the broker's log says why")
                            .asRuntimeException());
            return;
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }
}
