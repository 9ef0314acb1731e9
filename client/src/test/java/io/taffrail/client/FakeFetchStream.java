// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.RecordBatchLayout;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Fetch stream as a broker serves it: one batch to a response, on credit. */
final class FakeFetchStream implements StreamObserver<FetchRequest> {
    /** One partition that is read. */
    private static final class Slot {
        private final FetchOpen open;
        private final FakePartition partition;
        private long nextOffset;
        private long credit;

        Slot(FetchOpen open, FakePartition partition, long nextOffset) {
            this.open = open;
            this.partition = partition;
            this.nextOffset = nextOffset;
            this.credit = open.getDemand().getBytes();
        }
    }

    private final FakeBroker broker;
    private final StreamObserver<FetchResponse> answers;
    private final Map<Integer, Slot> slots = new LinkedHashMap<>();
    private boolean broken;

    FakeFetchStream(FakeBroker broker, StreamObserver<FetchResponse> answers) {
        this.broker = broker;
        this.answers = answers;
    }

    @Override
    public synchronized void onNext(FetchRequest request) {
        broker.fetchRequests.add(request);
        switch (request.getKindCase()) {
            case OPEN -> open(request.getSlot(), request.getOpen());
            case DEMAND -> {
                Slot slot = slots.get(request.getSlot());
                if (slot != null) {
                    slot.credit += request.getDemand().getBytes();
                }
            }
            case CLOSE -> slots.remove(request.getSlot());
            case KIND_NOT_SET -> throw new AssertionError("nothing asked");
        }
        pump();
    }

    private void open(int number, FetchOpen open) {
        LogFailure closing = broker.misdeeds().closings.poll();
        if (closing == null && !broker.leads(open.getTopic(), open.getPartition())) {
            closing = broker.notHere(open.getTopic(), open.getPartition());
        }
        if (closing != null) {
            close(number, StatusTranslator.toStatus(closing));
            return;
        }
        FakePartition partition = broker.cluster().partition(open.getTopic(), open.getPartition());
        long start = start(open.getStart(), partition);
        if (start < partition.logStartOffset() || start > partition.endOffset()) {
            close(
                    number,
                    StatusTranslator.toStatus(
                            LogFailure.of(LogError.OFFSET_OUT_OF_RANGE, "offset " + start)));
            return;
        }
        slots.put(number, new Slot(open, partition, start));
        FetchResponse.Builder opened =
                response(number, slots.get(number))
                        .setOpened(broker.opened(open.getTopic(), open.getPartition()));
        opened.getOpenedBuilder().getNextBuilder().setOffset(start);
        answers.onNext(opened.build());
    }

    private static long start(StartPosition start, FakePartition partition) {
        return switch (start.getAtCase()) {
            case POSITION -> start.getPosition().getOffset();
            case LAST_RECORDS ->
                    Math.max(
                            partition.logStartOffset(),
                            partition.endOffset() - start.getLastRecords());
            case ANCHOR ->
                    start.getAnchor() == Anchor.ANCHOR_EARLIEST
                            ? partition.logStartOffset()
                            : partition.endOffset();
            case TIMESTAMP_MS, AT_NOT_SET -> partition.endOffset();
        };
    }

    /** Sends what there is and what there is credit for. */
    synchronized void pump() {
        if (broken) {
            return;
        }
        for (Map.Entry<Integer, Slot> each : List.copyOf(slots.entrySet())) {
            pump(each.getKey(), each.getValue());
        }
    }

    private void pump(int number, Slot slot) {
        for (int n = 0; n < slot.partition.entryCount() && !broken; n++) {
            ByteBuffer entry = slot.partition.entry(n);
            boolean atEnd = slot.open.hasEndOffset() && slot.nextOffset >= slot.open.getEndOffset();
            if (slot.credit <= 0 || atEnd) {
                break;
            }
            if (RecordBatchLayout.endOffset(entry, 0) > slot.nextOffset) {
                send(number, slot, entry);
            }
        }
        if (slot.open.hasEndOffset() && slot.nextOffset >= slot.open.getEndOffset()) {
            slots.remove(number);
            close(number, com.google.rpc.Status.getDefaultInstance());
        }
    }

    private void send(int number, Slot slot, ByteBuffer entry) {
        slot.nextOffset = RecordBatchLayout.endOffset(entry, 0);
        slot.credit -= entry.remaining();
        FetchResponse.Builder response = response(number, slot);
        try {
            response.mergeFrom(com.google.protobuf.ByteString.copyFrom(entry));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        answers.onNext(response.setCostBytes(entry.limit()).build());
        if (Misdeeds.takes(broker.misdeeds().breaksAfterFetching)) {
            breakOff();
        }
    }

    private static FetchResponse.Builder response(int number, Slot slot) {
        FetchResponse.Builder response =
                FetchResponse.newBuilder()
                        .setSlot(number)
                        .setHighWatermark(slot.partition.endOffset())
                        .setLogStartOffset(slot.partition.logStartOffset());
        response.getNextBuilder().setOffset(slot.nextOffset).setLeaderEpoch(0);
        return response;
    }

    private void close(int number, com.google.rpc.Status status) {
        answers.onNext(FetchResponse.newBuilder().setSlot(number).setClosed(status).build());
    }

    synchronized void breakOff() {
        if (!broken) {
            broken = true;
            broker.ended(this);
            answers.onError(Status.UNAVAILABLE.withDescription("broken on purpose").asException());
        }
    }

    @Override
    public synchronized void onError(Throwable cancelled) {
        broken = true;
        broker.ended(this);
    }

    @Override
    public synchronized void onCompleted() {
        if (!broken) {
            broken = true;
            broker.ended(this);
            answers.onCompleted();
        }
    }
}
