// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import static io.taffrail.broker.fetch.InvalidRequestException.requireNotNegative;

import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.StartPosition;
import java.util.OptionalInt;

/** Where a reader wants to begin. */
sealed interface StartPoint {
    /**
     * At an offset.
     *
     * @param leaderEpoch of the record before it, as the reader knows it
     */
    record AtOffset(long offset, OptionalInt leaderEpoch) implements StartPoint {}

    /** At the first record that is as late. */
    record AtTime(long timestampMs) implements StartPoint {}

    /** At the log start. */
    record Earliest() implements StartPoint {}

    /** So many offsets before the high watermark, or at it. */
    record BeforeLatest(long records) implements StartPoint {}

    static StartPoint earliest() {
        return new Earliest();
    }

    static StartPoint latest() {
        return new BeforeLatest(0);
    }

    /** Whether finding it may have to wait for the disk. */
    default boolean readsDisk() {
        return this instanceof AtTime;
    }

    /** The newest leader epoch that the reader has seen. */
    default OptionalInt knownEpoch() {
        return this instanceof AtOffset at ? at.leaderEpoch() : OptionalInt.empty();
    }

    /**
     * Reads a start position; {@code absent} if it says nothing.
     *
     * @throws InvalidRequestException naming the field
     */
    static StartPoint of(StartPosition start, StartPoint absent) throws InvalidRequestException {
        return switch (start.getAtCase()) {
            case POSITION ->
                    new AtOffset(
                            requireNotNegative(
                                    "start.position.offset", start.getPosition().getOffset()),
                            start.getPosition().hasLeaderEpoch()
                                    ? OptionalInt.of(start.getPosition().getLeaderEpoch())
                                    : OptionalInt.empty());
            case TIMESTAMP_MS -> new AtTime(start.getTimestampMs());
            case ANCHOR -> of("start.anchor", start.getAnchor());
            case LAST_RECORDS ->
                    new BeforeLatest(
                            requireNotNegative("start.last_records", start.getLastRecords()));
            case AT_NOT_SET -> absent;
        };
    }

    /** An end of the log. */
    static StartPoint of(String field, Anchor anchor) throws InvalidRequestException {
        return switch (anchor) {
            case ANCHOR_EARLIEST -> earliest();
            case ANCHOR_LATEST -> latest();
            case ANCHOR_UNSPECIFIED, UNRECOGNIZED ->
                    throw new InvalidRequestException(field, "it names no end of the log");
        };
    }
}
