// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.model.LogError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The open slots of a stream, and what its reader's requests do to them. An error is its slot's
 * own; on slot 0 it is the stream's. On the stream's thread.
 */
final class FetchSlots {
    private final FetchServices services;
    private final FetchStream stream;
    private final FetchPump pump;
    private final Map<Integer, StreamSlot> slots = new LinkedHashMap<>();
    private boolean opened;
    private boolean single;

    FetchSlots(FetchServices services, FetchStream stream, FetchPump pump) {
        this.services = services;
        this.stream = stream;
        this.pump = pump;
    }

    /** Whether slot 0 is the only one there may be. */
    boolean isSingle() {
        return single;
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /** All that are open now. */
    List<StreamSlot> all() {
        return List.copyOf(slots.values());
    }

    void remove(StreamSlot slot) {
        slots.remove(slot.number());
        services.observer().slots(-1);
    }

    /** Puts the slot in the place of the one with the same number, if that is still open. */
    void replace(StreamSlot slot) {
        slots.replace(slot.number(), slot);
    }

    /** The stream is over: nothing of any slot is heard again. */
    void release() {
        List<StreamSlot> left = new ArrayList<>(slots.values());
        slots.clear();
        left.forEach(StreamSlot::release);
        services.observer().slots(-left.size());
    }

    /** Does what the reader asks. */
    void take(FetchRequest request) {
        try {
            switch (request.getKindCase()) {
                case OPEN -> open(request.getSlot(), request.getOpen());
                case DEMAND -> grant(request);
                case CLOSE -> close(request.getSlot());
                case KIND_NOT_SET ->
                        throw new InvalidRequestException(
                                "kind", "a request opens, grants or closes");
            }
        } catch (InvalidRequestException e) {
            refuse(request.getSlot(), e.status());
        }
    }

    private void open(int number, FetchOpen open) throws InvalidRequestException {
        if (opened && single != (number == 0)) {
            stream.finish(
                    new InvalidRequestException("slot", "slot 0 and others do not share a stream")
                            .status());
            return;
        }
        opened = true;
        single = number == 0;
        if (slots.containsKey(number)) {
            throw new InvalidRequestException("slot", "slot %d is open".formatted(number));
        }
        if (slots.size() >= services.limits().maxSlotsPerStream()) {
            refuse(number, Failures.status(tooManySlots()));
            return;
        }
        FetchSlot slot = new FetchSlot(services, stream, number, open);
        slots.put(number, slot);
        services.observer().slots(1);
        stream.startTicking();
        slot.open();
    }

    private LogFailure tooManySlots() {
        return LogFailure.of(
                LogError.OVERLOADED,
                "a stream has up to %d slots".formatted(services.limits().maxSlotsPerStream()));
    }

    private void grant(FetchRequest request) throws InvalidRequestException {
        requireOpened();
        StreamSlot slot = slots.get(request.getSlot());
        if (slot != null) { // or it was closed while the grant was on its way
            slot.grant(request.getDemand());
        }
    }

    private void close(int number) throws InvalidRequestException {
        requireOpened();
        StreamSlot slot = slots.get(number);
        if (slot != null) {
            slot.close();
        }
    }

    private void requireOpened() throws InvalidRequestException {
        if (!opened) {
            throw new InvalidRequestException("open", "the first message of a slot opens it");
        }
    }

    private void refuse(int number, Status why) {
        StreamSlot slot = slots.get(number);
        if (slot != null) {
            slot.end(why);
        } else if (number == 0) {
            stream.finish(why);
        } else {
            pump.enqueueEnding(FetchResponse.newBuilder().setSlot(number).setClosed(why).build());
        }
    }
}
