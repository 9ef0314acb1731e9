// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.fetch;

import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchClose;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.client.connection.BrokerChannels;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.StreamCall;
import io.taffrail.client.connection.Traffic;
import io.taffrail.model.HostPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A Fetch stream to one broker, with a slot for each partition that is read there. Only under the
 * consumer's lock, but for what gRPC calls, which takes it.
 */
final class FetchStream {
    /** What is told of slots; called under the consumer's lock. */
    interface Listener {
        void onResponse(Slot slot, FetchResponse response);

        void onClosed(Slot slot, Failure failure);
    }

    /** One partition on this stream, from its opening until it is closed or let go. */
    final class Slot {
        private final int number;
        private final PartitionReader reader;

        private Slot(int number, PartitionReader reader) {
            this.number = number;
            this.reader = reader;
        }

        PartitionReader reader() {
            return reader;
        }

        HostPort address() {
            return address;
        }

        /** Adds credit. */
        void grant(long bytes) {
            send(FetchRequest.newBuilder().setDemand(Demand.newBuilder().setBytes(bytes)));
        }

        /** Ends the slot; what still comes for it is passed over. */
        void letGo() {
            if (slots.remove(number) == null || ended) {
                return;
            }
            send(FetchRequest.newBuilder().setClose(FetchClose.getDefaultInstance()));
        }

        private void send(FetchRequest.Builder request) {
            if (!ended) {
                call.send(request.setSlot(number).build());
            }
        }
    }

    private final HostPort address;
    private final BrokerChannels channels;
    private final Listener listener;
    private final StreamCall<FetchRequest, FetchResponse> call;
    private final Map<Integer, Slot> slots = new HashMap<>();
    private int lastSlot;
    private boolean ended;
    private long heardNanos = System.nanoTime();
    private long idleIntervalNanos; // 0: not known yet

    /**
     * @param lock the consumer's
     * @param later where the stream's end is told: gRPC may tell it in the middle of a call
     */
    FetchStream(
            HostPort address,
            BrokerChannels channels,
            Object lock,
            Executor later,
            Listener listener) {
        this.address = address;
        this.channels = channels;
        this.listener = listener;
        this.call =
                StreamCall.begin(
                        channels,
                        address,
                        Traffic.FETCH,
                        FetchMethod.METHOD,
                        response -> {
                            synchronized (lock) {
                                onResponse(response);
                            }
                        },
                        failure ->
                                later.execute(
                                        () -> {
                                            synchronized (lock) {
                                                onEnd(failure);
                                            }
                                        }));
    }

    boolean hasEnded() {
        return ended;
    }

    Slot open(PartitionReader reader, FetchOpen open) {
        Slot slot = new Slot(++lastSlot, reader);
        slots.put(slot.number, slot);
        slot.send(FetchRequest.newBuilder().setOpen(open));
        return slot;
    }

    /** Gives up a broker that does not keep its promise to say something in every interval. */
    void breakOffIfSilent(long nowNanos) {
        boolean isSilent =
                idleIntervalNanos > 0
                        && !slots.isEmpty()
                        && nowNanos - heardNanos > idleIntervalNanos / 2 * 3;
        if (isSilent && !ended) {
            channels.failed(address);
            call.cancel("the broker is silent");
            onEnd(Failure.local("the broker is silent", address));
        }
    }

    void finish() {
        ended = true;
        slots.clear();
        call.cancel("the consumer is closed");
    }

    private void onResponse(FetchResponse response) {
        channels.answered(address);
        heardNanos = System.nanoTime();
        if (response.hasOpened()) {
            idleIntervalNanos =
                    TimeUnit.MILLISECONDS.toNanos(response.getOpened().getIdleIntervalMs());
        }
        Slot slot = slots.get(response.getSlot());
        if (slot == null) {
            return;
        }
        listener.onResponse(slot, response);
        if (response.hasClosed()) {
            slots.remove(slot.number);
            listener.onClosed(slot, Failure.of(response.getClosed(), address));
        }
    }

    private void onEnd(Failure failure) {
        ended = true;
        if (failure.neverSent()) {
            channels.failed(address);
        }
        List<Slot> lost = new ArrayList<>(slots.values());
        slots.clear();
        lost.forEach(slot -> listener.onClosed(slot, failure));
    }
}
