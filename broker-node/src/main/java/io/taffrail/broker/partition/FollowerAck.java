// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.partition;

/**
 * What a follower vouches for.
 *
 * @param brokerEpoch its registration
 * @param subscription for which it says so; an older one is dropped (P12)
 * @param offset exclusive end of its log, under {@code flush=commit} fsynced
 * @param logStartOffset durable there
 * @param compactedOffset up to which it has compacted
 */
public record FollowerAck(
        int brokerId,
        long brokerEpoch,
        long subscription,
        long offset,
        long logStartOffset,
        long compactedOffset) {}
