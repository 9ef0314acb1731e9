// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

/** Told what clients write, for metrics. Called on any thread; must not block. */
public interface ProduceObserver {
    /** One who does not mind. */
    ProduceObserver NONE = new ProduceObserver() {};

    /**
     * A request with records came in, of so many bytes on the wire, before decompression by gRPC.
     */
    default void received(int bytes) {}

    /**
     * A request was acknowledged. Of an Append: its share of one partition.
     *
     * @param records of the request
     * @param nanos from its arrival to the answer
     */
    default void acknowledged(int records, long nanos) {}

    /**
     * A request, a slot or a stream was answered with an error.
     *
     * @param reason name of the {@link io.taffrail.model.LogError}, or of gRPC's code where there
     *     is none
     */
    default void failed(String reason) {}

    /** A slot was opened, which {@link #slotClosed} follows in the end. */
    default void slotOpened() {}

    default void slotClosed() {}
}
