// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.producer;

import io.taffrail.model.LogError;
import java.util.Optional;

/** What a batch's sequence says of it. */
public sealed interface SequenceCheck {
    /** The next one, or one without a producer: to be appended. */
    record Next() implements SequenceCheck {}

    /** Stored before; where, if it is one of the last 32 of its producer. */
    record Duplicate(Optional<Stored> stored) implements SequenceCheck {}

    /** Where and when a batch was stored. */
    record Stored(long baseOffset, long lastOffset, long appendTimeMs) {}

    /** Not to be appended, for {@code error}; the sequence that would be. */
    record Refused(LogError error, int expectedSequence) implements SequenceCheck {}
}
