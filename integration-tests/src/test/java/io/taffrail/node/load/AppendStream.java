// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.taffrail.api.v1.Acks;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.api.v1.RecordBatch;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A Produce stream with one or many slots, each a partition of one topic. Appends wait while too
 * many are unanswered. One thread appends.
 */
final class AppendStream extends ClientCall.Listener<ProduceResponse> implements AutoCloseable {
    private static final int IN_FLIGHT = 16;
    private static final long DEADLINE_SECONDS = 60;

    private final ClientCall<ProduceRequest, ProduceResponse> call;
    private final String topic;
    private final Set<Integer> open = new HashSet<>();
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final AtomicReference<String> failure = new AtomicReference<>();

    AppendStream(NodeChannel node, String topic) {
        this.topic = topic;
        this.call = node.channel().newCall(LogServiceGrpc.getProduceMethod(), CallOptions.DEFAULT);
        call.start(this, new Metadata());
        call.request(IN_FLIGHT);
    }

    /** Hands a batch over to a partition, whose slot is opened if it is not. */
    void append(int partition, RecordBatch batch) {
        acquire(1);
        ProduceRequest.Builder request =
                ProduceRequest.newBuilder().setSlot(partition + 1).addBatches(batch);
        if (open.add(partition)) {
            request.setOpen(
                    ProduceOpen.newBuilder()
                            .setTopic(topic)
                            .setPartition(partition)
                            .setAcks(Acks.ACKS_ALL));
        }
        call.sendMessage(request.build());
    }

    /** Waits until everything is acknowledged. */
    void flush() {
        acquire(IN_FLIGHT);
        room.release(IN_FLIGHT);
    }

    private void acquire(int permits) {
        try {
            boolean inTime = room.tryAcquire(permits, DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(failure.get()).as("the producer's failure").isNull();
            assertThat(inTime).as("appends are acknowledged in time").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void onMessage(ProduceResponse response) {
        for (ProduceAck unused : response.getAcksList()) {
            room.release();
        }
        if (response.hasClosed()) {
            fail("slot " + response.getSlot() + ": " + response.getClosed());
        }
        call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        fail(status.toString());
    }

    private void fail(String why) {
        failure.compareAndSet(null, why);
        room.release(IN_FLIGHT); // who waits shall see it
    }

    @Override
    public void close() {
        call.cancel("done", null);
    }
}
