// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What came of one election.
 *
 * @param leaderId who leads now; empty: nobody
 * @param leaderEpoch the epoch now
 * @param changed another leader than before
 * @param error why none could be elected
 */
public record ElectionResult(
        PartitionRef partition,
        OptionalInt leaderId,
        int leaderEpoch,
        boolean changed,
        Optional<TaffrailException> error) {}
