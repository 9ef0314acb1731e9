// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import com.google.rpc.Status;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.model.batch.RecordBatchLayout;
import java.util.Optional;

/** A partition that a client reads, a batch a response, on credit. */
final class FakeFetchSlot {
    private final int slot;
    private final FakeLog log;
    private final FetchOpen open;
    private long next;
    private long credit = Long.MAX_VALUE / 2;

    FakeFetchSlot(int slot, FakeLog log, long start, FetchOpen open) {
        this.slot = slot;
        this.log = log;
        this.open = open;
        this.next = start;
        if (open.hasDemand() && open.getDemand().hasBytes()) {
            credit = open.getDemand().getBytes();
        }
    }

    void grant(Demand demand) {
        credit += demand.getBytes();
    }

    FetchResponse opened(Opened opened) {
        return response().setOpened(opened.toBuilder().setNext(position())).build();
    }

    static FetchResponse closed(int slot) {
        return FetchResponse.newBuilder()
                .setSlot(slot)
                .setClosed(Status.getDefaultInstance())
                .build();
    }

    void sendTo(StreamObserver<FetchResponse> out) {
        while (credit > 0 && !isAtEnd() && next < log.endOffset()) {
            Optional<RecordBatch> batch = log.batchAt(next);
            if (batch.isEmpty()) {
                return;
            }
            long cost = (long) RecordBatchLayout.HEADER_BYTES + batch.get().getRecords().size();
            credit -= cost;
            next = FakeLog.endOf(batch.get());
            out.onNext(
                    response()
                            .addBatches(batch.get())
                            .setCostBytes(cost)
                            .setCostRecords(batch.get().getRecordCount())
                            .build());
        }
    }

    private FetchResponse.Builder response() {
        return FetchResponse.newBuilder()
                .setSlot(slot)
                .setHighWatermark(log.endOffset())
                .setLogStartOffset(log.startOffset())
                .setNext(position());
    }

    private Position position() {
        return Position.newBuilder().setOffset(next).build();
    }

    boolean isAtEnd() {
        return open.hasEndOffset() && next >= open.getEndOffset();
    }
}
