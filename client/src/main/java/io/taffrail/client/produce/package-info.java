// SPDX-License-Identifier: Apache-2.0
/**
 * The producer. A caller's thread puts records into the open batch of their partition ({@link
 * io.taffrail.client.produce.BatchQueue}); one thread of the producer's own does all the rest: it
 * compresses, numbers, sends, resends and completes, with a {@link
 * io.taffrail.client.produce.PartitionWriter} for each partition and a {@link
 * io.taffrail.client.produce.ProduceStream} to each broker. The client's own; not for users.
 */
package io.taffrail.client.produce;
