// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

/**
 * A record found by time.
 *
 * @param offset of the record
 * @param timestampMs of the record, in the topic's sense of time
 * @param leaderEpoch of its batch
 */
public record TimedOffset(long offset, long timestampMs, int leaderEpoch) {}
