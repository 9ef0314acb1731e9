// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.FetchRequest;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.model.LogError;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A client's stream of reads. */
final class FakeFetchStream implements StreamObserver<FetchRequest> {
    private final FakeCluster cluster;
    private final StreamObserver<FetchResponse> out;
    private final TreeMap<Integer, FakeFetchSlot> slots = new TreeMap<>();
    private final Runnable pump = this::pump;

    FakeFetchStream(FakeCluster cluster, StreamObserver<FetchResponse> out) {
        this.cluster = cluster;
        this.out = out;
        synchronized (cluster) {
            cluster.onAppend.add(pump);
        }
        FakeStreams.onEnd(out, () -> cluster.onAppend.remove(pump), cluster);
    }

    @Override
    public void onNext(FetchRequest request) {
        synchronized (cluster) {
            int slot = request.getSlot();
            switch (request.getKindCase()) {
                case OPEN -> open(request);
                case DEMAND -> {
                    if (slots.containsKey(slot)) {
                        slots.get(slot).grant(request.getDemand());
                    }
                }
                case CLOSE, KIND_NOT_SET -> {
                    if (slots.remove(slot) != null) {
                        out.onNext(FakeFetchSlot.closed(slot));
                    }
                }
            }
            pump();
        }
    }

    private void open(FetchRequest request) {
        int slot = request.getSlot();
        try {
            FakeLog log =
                    cluster.log(request.getOpen().getTopic(), request.getOpen().getPartition());
            long start = log.resolve(request.getOpen().getStart());
            if (start < log.startOffset() || start > log.endOffset()) {
                throw FakeCluster.failure(
                        LogError.OFFSET_OUT_OF_RANGE,
                        "offset %d is outside of %d to %d"
                                .formatted(start, log.startOffset(), log.endOffset()));
            }
            FakeFetchSlot opened = new FakeFetchSlot(slot, log, start, request.getOpen());
            out.onNext(opened.opened(FakeLogService.opened(cluster, request.getOpen().getTopic())));
            slots.put(slot, opened);
        } catch (StatusRuntimeException e) {
            out.onNext(
                    FetchResponse.newBuilder()
                            .setSlot(slot)
                            .setClosed(
                                    StatusTranslator.toStatus(
                                            StatusTranslator.fromException(e).orElseThrow()))
                            .build());
        }
    }

    private void pump() {
        List<Integer> ended = new ArrayList<>();
        slots.forEach(
                (number, slot) -> {
                    slot.sendTo(out);
                    if (slot.isAtEnd()) {
                        out.onNext(FakeFetchSlot.closed(number));
                        ended.add(number);
                    }
                });
        ended.forEach(slots::remove);
    }

    @Override
    public void onError(Throwable thrown) {
        // the client has gone, which the handler for that has noticed
    }

    @Override
    public void onCompleted() {
        synchronized (cluster) {
            cluster.onAppend.remove(pump);
            out.onCompleted();
        }
    }
}
