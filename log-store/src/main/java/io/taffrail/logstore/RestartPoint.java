// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import java.nio.ByteBuffer;

/**
 * Where a replica that has nothing begins to follow (P19, P23).
 *
 * @param offset where the first entry begins that holds something at or above the log start
 * @param producers the producers as of it, as {@link
 *     io.taffrail.logstore.producer.ProducerSnapshot} encodes them
 * @param tombstoneHorizon every tombstone below it may be missing in what follows (P22)
 */
public record RestartPoint(long offset, ByteBuffer producers, long tombstoneHorizon) {}
