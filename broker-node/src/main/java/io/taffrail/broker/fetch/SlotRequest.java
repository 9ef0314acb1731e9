// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.InvalidRequestException.orDefault;
import static io.taffrail.broker.fetch.InvalidRequestException.requireNotNegative;

import io.taffrail.api.CompressionTranslator;
import io.taffrail.api.v1.Delivery;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.replication.PartitionQuery;
import io.taffrail.model.batch.Compression;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a slot asks for, checked and with its defaults.
 *
 * @param decoded single records instead of batches
 * @param maxResponseBytes what a response is cut at
 * @param maxMessageBytes what no response may exceed
 * @param minBytes how much a response waits for, at most {@code maxWait}; 0: it does not wait
 * @param accepted codecs that the reader of batches can decompress
 * @param endOffset exclusive
 * @param mayForward whether another broker than the leader may serve it, as a door to it
 */
record SlotRequest(
        PartitionQuery query,
        StartPoint start,
        boolean decoded,
        int maxResponseBytes,
        int maxMessageBytes,
        int minBytes,
        Duration maxWait,
        Set<Compression> accepted,
        long endOffset,
        boolean mayForward) {
    static final int DEFAULT_RESPONSE_BYTES = 1 << 20;

    /** Just below what stock clients accept. */
    static final int DEFAULT_MESSAGE_BYTES = (4 << 20) - (64 << 10);

    private static final int DEFAULT_WAIT_MS = 500;

    static SlotRequest of(FetchOpen open, FetchLimits limits) throws InvalidRequestException {
        requireKnown("open.isolation", open.getIsolationValue(), 2);
        requireKnown("open.delivery", open.getDeliveryValue(), 2);
        requireKnown("open.routing", open.getRoutingValue(), 2);
        StartPoint start = StartPoint.of(open.getStart(), StartPoint.latest());
        int maxResponseBytes =
                orDefault(
                        "open.max_response_bytes",
                        open.getMaxResponseBytes(),
                        DEFAULT_RESPONSE_BYTES);
        return new SlotRequest(
                Queries.of(
                        open.getTopic(),
                        open.getPartition(),
                        open.getTopicId(),
                        open.hasLeaderEpoch(),
                        open.getLeaderEpoch(),
                        start),
                start,
                open.getDelivery() == Delivery.DELIVERY_RECORDS,
                Math.min(maxResponseBytes, limits.maxResponseBytes()),
                orDefault(
                        "open.max_message_bytes", open.getMaxMessageBytes(), DEFAULT_MESSAGE_BYTES),
                (int) requireNotNegative("open.min_bytes", open.getMinBytes()),
                Duration.ofMillis(
                        orDefault("open.max_wait_ms", open.getMaxWaitMs(), DEFAULT_WAIT_MS)),
                accepted(open),
                open.hasEndOffset()
                        ? requireNotNegative("open.end_offset", open.getEndOffset())
                        : Long.MAX_VALUE,
                open.getRouting() != Routing.ROUTING_DIRECT_ONLY);
    }

    /** Whether batches go out as they are, whatever their codec. */
    boolean acceptsAll() {
        return accepted.size() == Compression.values().length;
    }

    private static Set<Compression> accepted(FetchOpen open) {
        if (open.getAcceptCompressionCount() == 0) {
            return EnumSet.allOf(Compression.class);
        }
        Set<Compression> accepted = EnumSet.of(Compression.NONE);
        for (io.taffrail.api.v1.Compression codec : open.getAcceptCompressionList()) {
            CompressionTranslator.toModel(codec).ifPresent(accepted::add);
        }
        return accepted;
    }

    static void requireKnown(String field, int value, int highest) throws InvalidRequestException {
        if (value < 0 || value > highest) {
            throw new InvalidRequestException(field, value + " is not known here");
        }
    }
}
