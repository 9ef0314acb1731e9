// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.control;

import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListOffsetsResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.ListedOffset;
import io.taffrail.client.admin.OffsetSpec;
import io.taffrail.client.connection.Backoff;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.UnaryCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * One listing of offsets through a door, asked again for the partitions whose answer may be another
 * one soon: a leader that is new does not know its high watermark at once (KIP-207).
 */
final class OffsetListing {
    private final Connection connection;
    private final long deadlineNanos;
    private final Backoff backoff = new Backoff();
    private final Map<PartitionRef, ListedOffset> found = new LinkedHashMap<>();
    private final CompletableFuture<Map<PartitionRef, ListedOffset>> answer =
            new CompletableFuture<>();

    private OffsetListing(Connection connection) {
        this.connection = connection;
        this.deadlineNanos = System.nanoTime() + connection.settings().requestTimeout().toNanos();
    }

    static CompletableFuture<Map<PartitionRef, ListedOffset>> ask(
            Connection connection, Map<PartitionRef, OffsetSpec> specs) {
        OffsetListing listing = new OffsetListing(connection);
        specs.keySet().forEach(partition -> listing.found.put(partition, null));
        listing.ask(specs);
        return listing.answer;
    }

    private void ask(Map<PartitionRef, OffsetSpec> specs) {
        ListOffsetsRequest.Builder request = ListOffsetsRequest.newBuilder();
        specs.forEach((partition, spec) -> request.addQueries(query(partition, spec)));
        var unused =
                UnaryCall.ask(
                                connection,
                                LogServiceGrpc.getListOffsetsMethod(),
                                request.build(),
                                true,
                                "cannot list offsets")
                        .whenComplete(
                                (response, failure) -> {
                                    if (failure != null) {
                                        answer.completeExceptionally(failure);
                                    } else {
                                        onResponse(specs, response);
                                    }
                                });
    }

    private static OffsetQuery.Builder query(PartitionRef partition, OffsetSpec spec) {
        OffsetQuery.Builder query =
                OffsetQuery.newBuilder()
                        .setTopic(partition.topic())
                        .setPartition(partition.partition());
        if (spec instanceof OffsetSpec.AtTimestamp time) {
            return query.setTimestampMs(time.timestampMs());
        }
        return query.setAnchor(
                spec instanceof OffsetSpec.Earliest
                        ? Anchor.ANCHOR_EARLIEST
                        : Anchor.ANCHOR_LATEST);
    }

    private void onResponse(Map<PartitionRef, OffsetSpec> specs, ListOffsetsResponse response) {
        Map<PartitionRef, OffsetSpec> again = new LinkedHashMap<>();
        Failure toRepeat = null;
        List<PartitionRef> asked = new ArrayList<>(specs.keySet());
        for (int n = 0; n < Math.min(asked.size(), response.getResultsCount()); n++) {
            PartitionRef partition = asked.get(n);
            OffsetResult result = response.getResults(n);
            Optional<Failure> failure =
                    result.hasError()
                            ? Optional.of(Failure.of(result.getError(), connection.door()))
                            : Optional.empty();
            found.put(partition, value(partition, result, failure));
            if (failure.filter(Failure::passes).isPresent()) {
                again.put(partition, specs.get(partition));
                toRepeat = failure.get();
            }
        }
        if (toRepeat == null || System.nanoTime() - deadlineNanos >= 0) {
            answer.complete(found);
        } else {
            connection.later(backoff.after(toRepeat), () -> ask(again));
        }
    }

    private static ListedOffset value(
            PartitionRef partition, OffsetResult result, Optional<Failure> failure) {
        Optional<TaffrailException> error =
                failure.map(f -> f.toException("cannot find an offset of " + partition));
        boolean isThere = result.hasPosition() && error.isEmpty();
        return new ListedOffset(
                isThere ? OptionalLong.of(result.getPosition().getOffset()) : OptionalLong.empty(),
                isThere && result.getPosition().hasLeaderEpoch()
                        ? OptionalInt.of(result.getPosition().getLeaderEpoch())
                        : OptionalInt.empty(),
                result.hasTimestampMs()
                        ? OptionalLong.of(result.getTimestampMs())
                        : OptionalLong.empty(),
                error);
    }
}
