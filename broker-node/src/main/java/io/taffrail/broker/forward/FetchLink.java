// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import com.google.rpc.Status;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.netty.buffer.ByteBuf;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchClose;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * One call of Fetch to one leader, for all slots of a client's stream that read there. At most one
 * answer of it is held here: the next is asked for when {@link #next} is called, so that a client
 * that does not read leaves everything where it is, at the leader. Slots have numbers of their own
 * here, as in {@link ProduceLink}. Belongs to the executor that was given, which runs one task at a
 * time.
 */
public final class FetchLink {
    private static final MethodDescriptor<FetchRequest, ReceivedAnswer> METHOD =
            LogServiceGrpc.getFetchMethod().toBuilder(
                            LogServiceGrpc.getFetchMethod().getRequestMarshaller(),
                            ReceivedAnswer.MARSHALLER)
                    .build();

    /** A slot of the client's stream, as the leader answers it. */
    public interface SlotListener {
        /**
         * An answer with or without records. Once it was passed on or dropped, {@link #next} is to
         * be called.
         *
         * @param header without records and batches; its slot is the number here
         * @param content those, encoded; nobody has to release it
         */
        void answered(FetchResponse header, ByteBuf content);

        /** Nothing more is heard: the last word of the leader, or the connection broke. */
        void closed(FetchResponse last);
    }

    private record Slot(Elsewhere leader, SlotListener listener) {}

    private final ClientCall<FetchRequest, ReceivedAnswer> call;
    private final Map<Integer, Slot> slots = new LinkedHashMap<>();
    private int lastNumber;
    private boolean halfClosed;
    private boolean over;

    FetchLink(Channel channel, Executor executor) {
        call = channel.newCall(METHOD, CallOptions.DEFAULT.withExecutor(executor));
        call.start(new Answers(), new Metadata());
        call.request(1);
    }

    /** Whether no slot can be opened any more. */
    boolean isOver() {
        return over || halfClosed;
    }

    /**
     * Opens a slot as the client asked, at this leader and no other. Returns its number here.
     *
     * @param demand what the client granted so far
     */
    public int open(FetchOpen asked, Demand demand, Elsewhere leader, SlotListener listener) {
        int number = ++lastNumber;
        slots.put(number, new Slot(leader, listener));
        FetchOpen.Builder open =
                asked.toBuilder()
                        .setTopicId(leader.partition().topicId().toString())
                        .setLeaderEpoch(leader.leaderEpoch())
                        .setRouting(Routing.ROUTING_DIRECT_ONLY);
        if (asked.hasDemand()) {
            open.setDemand(demand);
        }
        send(FetchRequest.newBuilder().setSlot(number).setOpen(open));
        return number;
    }

    /** Passes credit on. */
    public void grant(int slot, Demand demand) {
        send(FetchRequest.newBuilder().setSlot(slot).setDemand(demand));
    }

    /** Asks for the slot's end; its last answers still come. */
    public void close(int slot) {
        send(FetchRequest.newBuilder().setSlot(slot).setClose(FetchClose.getDefaultInstance()));
    }

    /** Small messages, no more of them than the client itself sent. */
    private void send(FetchRequest.Builder request) {
        if (!isOver()) {
            call.sendMessage(request.build());
        }
    }

    /** Nothing is to be heard of the slot any more. */
    public void forget(int slot) {
        if (slots.remove(slot) != null) {
            close(slot);
        }
    }

    /** The last answer is not held here any more. */
    public void next() {
        call.request(1);
    }

    /** The client grants nothing more: the leader ends each slot once its credit is spent. */
    void halfClose() {
        if (!isOver()) {
            halfClosed = true;
            call.halfClose();
        }
    }

    /** Ends the call, and says nothing of it. */
    void cancel() {
        slots.clear();
        if (!over) {
            over = true;
            call.cancel("the client's stream is over", null);
        }
    }

    private void take(ReceivedAnswer answer) {
        FetchResponse header = answer.header();
        Slot slot = slots.get(header.getSlot());
        if (slot == null) {
            next(); // it was forgotten while the answer was on its way
        } else if (header.hasClosed()) {
            slots.remove(header.getSlot());
            Status why = LeaderAnswers.closed(header.getClosed(), slot.leader());
            slot.listener().closed(header.toBuilder().setClosed(why).build());
            next();
        } else {
            slot.listener().answered(forwarded(header), answer.content());
        }
    }

    private static FetchResponse forwarded(FetchResponse header) {
        if (!header.hasOpened()) {
            return header;
        }
        FetchResponse.Builder answer = header.toBuilder();
        answer.getOpenedBuilder().setForwarded(true);
        return answer.build();
    }

    private void end(io.grpc.Status status, Metadata trailers) {
        over = true;
        List<Slot> left = new ArrayList<>(slots.values());
        slots.clear();
        for (Slot slot : left) {
            Status why = LeaderAnswers.ended(status, trailers, slot.leader());
            slot.listener().closed(FetchResponse.newBuilder().setClosed(why).build());
        }
    }

    private final class Answers extends ClientCall.Listener<ReceivedAnswer> {
        @Override
        public void onMessage(ReceivedAnswer answer) {
            take(answer);
        }

        @Override
        public void onClose(io.grpc.Status status, Metadata trailers) {
            end(status, trailers);
        }
    }
}
