// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.recovery.DamagedRange;
import java.io.IOException;
import java.time.Duration;

/**
 * The owner of a log, as the log sees it. Called on whatever thread found out, with no lock of the
 * log held; must not block.
 */
public interface LogListener {
    /** One who does not mind. */
    LogListener NONE = new LogListener() {};

    /** All below {@code durableEndOffset} counts as stored here now, by the log's flush policy. */
    default void durableEndAdvanced(PartitionLog log, long durableEndOffset) {}

    /**
     * A write or an fsync failed. The log takes nothing any more; what it said was durable is, the
     * rest is unknown (P18).
     */
    default void ioFailed(PartitionLog log, IOException cause) {}

    /**
     * A write or an fsync has been outstanding for {@code duration} (P10). Called again as it
     * grows.
     */
    default void ioSlow(PartitionLog log, Duration duration) {}

    /**
     * Damage was found below the log end, by a read, by the scrub, or by a change that met it.
     * Those offsets are not served any more (P19).
     */
    default void damageFound(PartitionLog log, DamagedRange damage) {}
}
