// SPDX-License-Identifier: Apache-2.0
/**
 * The ways into a log: Produce, Append and InitProducer of LogService.
 *
 * <p>A call is a {@code ProduceStream} with a {@code ProduceSlot} for each partition, or one of the
 * unary calls. What a stream knows is changed by one thread at a time, that of its {@code Turn}:
 * whoever brings work takes the turn if it is free, else leaves the work to the one who has it.
 * Nothing inside blocks; what costs time for its size goes to a worker, and comes back as work for
 * the turn.
 */
package io.taffrail.broker.produce;
