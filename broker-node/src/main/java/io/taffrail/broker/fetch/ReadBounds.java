// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.InvalidRequestException.orDefault;
import static io.taffrail.broker.fetch.InvalidRequestException.requireNotNegative;

import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.replication.PartitionQuery;
import java.time.Duration;

/**
 * What a Read asks for, checked, with its defaults and within what is allowed.
 *
 * @param asked as the client sent it
 * @param maxBytes of encoded records; a single one may exceed it
 * @param maxWait for the first record
 */
record ReadBounds(
        ReadRequest asked,
        PartitionQuery query,
        StartPoint start,
        int maxRecords,
        int maxBytes,
        Duration maxWait) {
    private static final int DEFAULT_RECORDS = 500;
    private static final int MAX_RECORDS = 10_000;
    private static final int DEFAULT_BYTES = 1 << 20;
    private static final int MAX_BYTES = (4 << 20) - (64 << 10);
    private static final int MAX_WAIT_MS = 60_000;

    static ReadBounds of(ReadRequest request) throws InvalidRequestException {
        SlotRequest.requireKnown("isolation", request.getIsolationValue(), 2);
        SlotRequest.requireKnown("routing", request.getRoutingValue(), 2);
        StartPoint start = StartPoint.of(request.getStart(), StartPoint.earliest());
        int maxRecords = orDefault("max_records", request.getMaxRecords(), DEFAULT_RECORDS);
        int maxBytes = orDefault("max_bytes", request.getMaxBytes(), DEFAULT_BYTES);
        long maxWaitMs = requireNotNegative("max_wait_ms", request.getMaxWaitMs());
        return new ReadBounds(
                request,
                Queries.of(
                        request.getTopic(),
                        request.getPartition(),
                        request.getTopicId(),
                        request.hasLeaderEpoch(),
                        request.getLeaderEpoch(),
                        start),
                start,
                Math.min(maxRecords, MAX_RECORDS),
                Math.min(maxBytes, MAX_BYTES),
                Duration.ofMillis(Math.min(maxWaitMs, MAX_WAIT_MS)));
    }

    /** Whether another broker than the leader may answer, as a door to it. */
    boolean mayForward() {
        return asked.getRouting() != Routing.ROUTING_DIRECT_ONLY;
    }
}
