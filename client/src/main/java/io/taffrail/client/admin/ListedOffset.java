// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.TaffrailException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * An offset that was found.
 *
 * @param offset empty with an error, and if no record is as late as the time asked for
 * @param leaderEpoch to begin reading there with
 * @param timestampMs the time of the record, if it was found by time
 * @param error why there is no answer
 */
public record ListedOffset(
        OptionalLong offset,
        OptionalInt leaderEpoch,
        OptionalLong timestampMs,
        Optional<TaffrailException> error) {}
