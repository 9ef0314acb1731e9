// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListOffsetsResponse;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.api.v1.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of ListOffsets: looks for all leaders at once, asks those that are other brokers, and
 * then answers query after query on one of the readers: many queries of one call do not take all of
 * those.
 */
final class ListOffsetsCall {
    private static final Logger LOG = LoggerFactory.getLogger(ListOffsetsCall.class);
    private static final int MAX_QUERIES = 10_000;

    private final FetchServices services;
    private final ServerCallStreamObserver<ListOffsetsResponse> observer;

    /** Each ready to answer once its leader is found, or has answered. */
    private final List<CompletableFuture<Supplier<OffsetResult>>> answers = new ArrayList<>();

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
        boolean mayForward = request.getRouting() != Routing.ROUTING_DIRECT_ONLY;
        OffsetForwarding elsewhere =
                new OffsetForwarding(services.environment().forwarding(), request);
        List<CompletableFuture<?>> found = new ArrayList<>();
        for (OffsetQuery asked : request.getQueriesList()) {
            found.add(look(asked, mayForward, elsewhere));
        }
        var unused =
                all(found)
                        .thenRun(elsewhere::send)
                        .thenCompose(sent -> all(answers))
                        .thenRunAsync(this::answer, services.environment().readers());
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
    }

    private CompletableFuture<?> look(
            OffsetQuery asked, boolean mayForward, OffsetForwarding elsewhere) {
        CompletableFuture<Supplier<OffsetResult>> answer = new CompletableFuture<>();
        answers.add(answer);
        try {
            OffsetLookup lookup = OffsetLookup.of(asked);
            return services.environment()
                    .partitions()
                    .find(lookup.query())
                    .thenAccept(
                            where -> {
                                LedHere led = LedHere.of(where, mayForward);
                                if (led instanceof LedHere.Forwarded forwarded) {
                                    elsewhere.add(forwarded.leader(), asked, answer);
                                } else {
                                    answer.complete(() -> lookup.answer(led));
                                }
                            });
        } catch (InvalidRequestException e) {
            OffsetResult refused = OffsetLookup.refused(asked, e.status());
            answer.complete(() -> refused);
            return answer;
        }
    }

    private void answer() {
        ListOffsetsResponse.Builder response = ListOffsetsResponse.newBuilder();
        try {
            for (CompletableFuture<Supplier<OffsetResult>> next : answers) {
                if (observer.isCancelled()) {
                    return;
                }
                response.addResults(next.join().get());
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
