// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import static io.taffrail.model.Invariants.check;

import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.client.connection.BrokerChannels;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.StreamCall;
import io.taffrail.client.connection.Traffic;
import io.taffrail.model.HostPort;
import io.taffrail.model.batch.ProducedBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Produce stream to one broker, with a slot for each partition that goes there. Only on the
 * producer's thread, but for what gRPC calls, which is passed on to it.
 */
final class ProduceStream {
    /** One partition on this stream, from its opening until it is closed or let go. */
    final class Slot {
        private final int number;
        private final PartitionWriter writer;

        private Slot(int number, PartitionWriter writer) {
            this.number = number;
            this.writer = writer;
        }

        HostPort address() {
            return address;
        }

        void send(ProducedBatch batch) {
            call.send(ProduceFrame.of(number, batch));
        }

        /** Forgets the slot; what the broker still says of it is passed over. */
        void letGo() {
            slots.remove(number);
            if (slots.isEmpty() && !ended) {
                finish();
            }
        }

        /** Gives up the whole stream, since the broker does not answer. */
        void breakOff(String why) {
            call.cancel(why);
            onEnd(Failure.local(why, address));
        }
    }

    private final HostPort address;
    private final BrokerChannels channels;
    private final StreamCall<ProduceFrame, ProduceResponse> call;
    private final Map<Integer, Slot> slots = new HashMap<>();
    private int lastSlot;
    private boolean ended;

    ProduceStream(HostPort address, BrokerChannels channels, ProducerTurn turn) {
        this.address = address;
        this.channels = channels;
        this.call =
                StreamCall.begin(
                        channels,
                        address,
                        Traffic.PRODUCE,
                        ProduceFrame.METHOD,
                        response -> turn.execute(() -> onResponse(response)),
                        failure -> turn.execute(() -> onEnd(failure)));
    }

    boolean hasEnded() {
        return ended;
    }

    Slot open(PartitionWriter writer, ProduceOpen open) {
        check(!ended, "a slot is opened on a stream that has ended");
        Slot slot = new Slot(++lastSlot, writer);
        slots.put(slot.number, slot);
        call.send(
                ProduceFrame.of(
                        ProduceRequest.newBuilder().setSlot(slot.number).setOpen(open).build()));
        return slot;
    }

    /** Takes no more slots and waits for nothing. */
    void finish() {
        ended = true;
        call.finish();
    }

    private void onResponse(ProduceResponse response) {
        channels.answered(address);
        Slot told = slots.get(response.getSlot());
        if (response.hasOpened() && told != null) {
            told.writer.onOpened(told, response.getOpened());
        }
        for (ProduceAck ack : response.getAcksList()) {
            Slot acknowledged = slots.get(ack.getSlot());
            if (acknowledged != null) {
                acknowledged.writer.onAck(acknowledged, ack);
            }
        }
        if (response.hasClosed() && told != null) {
            slots.remove(told.number);
            told.writer.onClosed(told, Failure.of(response.getClosed(), address));
        }
    }

    private void onEnd(Failure failure) {
        if (ended && slots.isEmpty()) {
            return;
        }
        ended = true;
        if (failure.neverSent()) {
            channels.failed(address);
        }
        List<Slot> lost = new ArrayList<>(slots.values());
        slots.clear();
        lost.forEach(slot -> slot.writer.onClosed(slot, failure));
    }
}
