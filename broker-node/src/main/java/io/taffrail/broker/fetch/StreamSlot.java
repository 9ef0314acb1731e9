// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.api.v1.Demand;

/** A slot as its stream and the pump see it, wherever its records come from. */
interface StreamSlot {
    int number();

    boolean ended();

    /**
     * The reader gives more credit.
     *
     * @throws InvalidRequestException if it is negative
     */
    void grant(Demand demand) throws InvalidRequestException;

    /** Called now and then, so that nobody takes a quiet partition for a dead connection. */
    void tick(long nowNanos, long quietNanos);

    /**
     * Does the next thing that can be done, and sends at most one answer. Returns whether there may
     * be more to do right away.
     */
    boolean step();

    /** The reader wants no more. */
    void close();

    /** Ends the slot, once; tells the stream, which tells the reader. */
    void end(Status why);

    /** Lets go of what it holds, and is not heard of again. */
    void release();
}
