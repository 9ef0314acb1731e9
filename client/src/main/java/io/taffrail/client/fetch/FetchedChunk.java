// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.fetch;

import io.taffrail.api.v1.RecordBatch;
import io.taffrail.client.Consumer.Position;
import java.util.List;

/**
 * What one response brought.
 *
 * @param next where reading goes on once all of it is processed
 * @param costBytes the credit that it took
 */
record FetchedChunk(List<RecordBatch> batches, Position next, long costBytes) {}
