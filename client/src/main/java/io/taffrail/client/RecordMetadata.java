// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import java.util.OptionalLong;

/**
 * Where a record is, once it is acknowledged.
 *
 * @param partition where it went
 * @param offset its number there. Empty for a record that was found to be stored before, so long
 *     ago that the broker no longer knows where.
 * @param timestampMs the record's time, in milliseconds since 1970
 * @param appendTimeMs the leader's clock when it appended; 0 where the offset is empty
 */
public record RecordMetadata(
        PartitionRef partition, OptionalLong offset, long timestampMs, long appendTimeMs) {}
