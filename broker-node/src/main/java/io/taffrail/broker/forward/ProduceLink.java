// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.api.v1.Routing;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * One call of Produce to one leader, for all slots of a client's stream that go there. Each slot
 * gets a number of its own here, never used twice: what the leader still says of an earlier one is
 * not mistaken for news of a later one.
 *
 * <p>A request that the connection does not take yet waits here, and still counts as the client's:
 * its stream asks for no more than it has room for. Belongs to the executor that was given, which
 * runs one task at a time.
 */
public final class ProduceLink {
    private static final MethodDescriptor<ByteString, ProduceResponse> METHOD =
            LogServiceGrpc.getProduceMethod().toBuilder(
                            Bytes.MARSHALLER,
                            LogServiceGrpc.getProduceMethod().getResponseMarshaller())
                    .build();

    /** A slot of the client's stream, as the leader answers it. */
    public interface SlotListener {
        void opened(Opened opened);

        /** Answers the slot's next request. */
        void acknowledged(ProduceAck ack);

        /** The slot is open, and there is nothing to say. */
        void idle();

        /** Nothing more is heard: the leader ended the slot, or the connection broke. */
        void closed(Status why);
    }

    private record Slot(Elsewhere leader, SlotListener listener) {}

    /** A message that waits for the connection; {@code taken} is told when it does no more. */
    private record Unsent(int slot, boolean opens, ByteString message, Runnable taken) {}

    private final ClientCall<ByteString, ProduceResponse> call;
    private final Map<Integer, Slot> slots = new LinkedHashMap<>();
    private final Queue<Unsent> unsent = new ArrayDeque<>();
    private int lastNumber;
    private boolean over;

    ProduceLink(Channel channel, Executor executor) {
        call = channel.newCall(METHOD, CallOptions.DEFAULT.withExecutor(executor));
        call.start(new Answers(), new Metadata());
        call.request(1);
    }

    /** Whether nothing can be sent any more. */
    boolean isOver() {
        return over;
    }

    /** Opens a slot as the client asked, at this leader and no other. Returns its number here. */
    public int open(ProduceOpen asked, Elsewhere leader, SlotListener listener) {
        int number = ++lastNumber;
        slots.put(number, new Slot(leader, listener));
        ProduceOpen open =
                asked.toBuilder()
                        .setTopicId(leader.partition().topicId().toString())
                        .setLeaderEpoch(leader.leaderEpoch())
                        .setRouting(Routing.ROUTING_DIRECT_ONLY)
                        .build();
        ProduceRequest request = ProduceRequest.newBuilder().setSlot(number).setOpen(open).build();
        send(new Unsent(number, true, request.toByteString(), () -> {}));
        return number;
    }

    /**
     * Sends a request that does not open its slot.
     *
     * @param request as it came; of the slot's number in it nothing is left
     * @param taken told once it is not held here any more, sent or not
     */
    public void send(int slot, ByteString request, Runnable taken) {
        ByteString number = ProduceRequest.newBuilder().setSlot(slot).build().toByteString();
        send(
                new Unsent(
                        slot,
                        false,
                        request.concat(number),
                        taken)); // the last one in a message counts
    }

    private void send(Unsent request) {
        unsent.add(request);
        sendAll();
    }

    private void sendAll() {
        while (!over && call.isReady() && !unsent.isEmpty()) {
            Unsent next = unsent.remove();
            call.sendMessage(next.message());
            next.taken().run();
        }
    }

    /** What was not sent of the slot is not sent any more. Returns how many requests that are. */
    public int withdraw(int slot) {
        List<Unsent> withdrawn =
                unsent.stream().filter(next -> next.slot() == slot && !next.opens()).toList();
        unsent.removeAll(withdrawn);
        withdrawn.forEach(next -> next.taken().run());
        return withdrawn.size();
    }

    /** As {@link #withdraw}; and nothing is to be heard of the slot any more. */
    public void forget(int slot) {
        slots.remove(slot);
        int unused = withdraw(slot);
    }

    /** Ends the call, and says nothing of it. */
    void cancel() {
        slots.clear();
        dropUnsent();
        if (!over) {
            over = true;
            call.cancel("the client's stream is over", null);
        }
    }

    private void dropUnsent() {
        List<Unsent> dropped = new ArrayList<>(unsent);
        unsent.clear();
        dropped.forEach(next -> next.taken().run());
    }

    private void take(ProduceResponse response) {
        for (ProduceAck ack : response.getAcksList()) {
            Slot slot = slots.get(ack.getSlot());
            if (slot != null) {
                slot.listener().acknowledged(ack);
            }
        }
        Slot slot = slots.get(response.getSlot());
        if (slot == null) {
            return;
        }
        if (response.hasOpened()) {
            slot.listener().opened(response.getOpened().toBuilder().setForwarded(true).build());
        } else if (response.hasClosed()) {
            slots.remove(response.getSlot());
            slot.listener().closed(LeaderAnswers.closed(response.getClosed(), slot.leader()));
        } else if (response.getAcksCount() == 0) {
            slot.listener().idle();
        }
    }

    private void end(io.grpc.Status status, Metadata trailers) {
        over = true;
        List<Slot> left = new ArrayList<>(slots.values());
        slots.clear();
        dropUnsent();
        for (Slot slot : left) {
            slot.listener().closed(LeaderAnswers.ended(status, trailers, slot.leader()));
        }
    }

    private final class Answers extends ClientCall.Listener<ProduceResponse> {
        @Override
        public void onReady() {
            sendAll();
        }

        @Override
        public void onMessage(ProduceResponse response) {
            take(response);
            call.request(1);
        }

        @Override
        public void onClose(io.grpc.Status status, Metadata trailers) {
            end(status, trailers);
        }
    }
}
