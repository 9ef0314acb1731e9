// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.api.v1.RecordBatch;
import java.util.HashMap;
import java.util.Map;

/** A client's stream of appends: batches only, never lost, so that nothing comes twice. */
final class FakeProduceStream implements StreamObserver<ProduceRequest> {
    private final FakeCluster cluster;
    private final StreamObserver<ProduceResponse> out;
    private final Map<Integer, ProduceOpen> slots = new HashMap<>();

    FakeProduceStream(FakeCluster cluster, StreamObserver<ProduceResponse> out) {
        this.cluster = cluster;
        this.out = out;
        FakeStreams.onEnd(out, slots::clear, cluster);
    }

    @Override
    public void onNext(ProduceRequest request) {
        synchronized (cluster) {
            try {
                take(request);
            } catch (StatusRuntimeException e) {
                slots.remove(request.getSlot());
                out.onNext(
                        ProduceResponse.newBuilder()
                                .setSlot(request.getSlot())
                                .setClosed(
                                        StatusTranslator.toStatus(
                                                StatusTranslator.fromException(e).orElseThrow()))
                                .build());
            }
        }
    }

    private void take(ProduceRequest request) {
        int slot = request.getSlot();
        ProduceResponse.Builder response = ProduceResponse.newBuilder().setSlot(slot);
        if (request.hasOpen()) {
            cluster.log(request.getOpen().getTopic(), request.getOpen().getPartition());
            slots.put(slot, request.getOpen());
            response.setOpened(FakeLogService.opened(cluster, request.getOpen().getTopic()));
        }
        ProduceOpen open = slots.get(slot);
        if (open == null) {
            return; // sent before the client knew that the slot is closed
        }
        if (request.getBatchesCount() > 0) {
            response.addAcks(append(slot, open, request));
        }
        out.onNext(response.build());
        cluster.appended();
    }

    private ProduceAck append(int slot, ProduceOpen open, ProduceRequest request) {
        FakeLog log = cluster.log(open.getTopic(), open.getPartition());
        long firstOffset = -1;
        long lastOffset = -1;
        for (RecordBatch batch : request.getBatchesList()) {
            long baseOffset = log.append(batch);
            firstOffset = firstOffset < 0 ? baseOffset : firstOffset;
            lastOffset = baseOffset + batch.getLastOffsetDelta();
        }
        return ProduceAck.newBuilder()
                .setSlot(slot)
                .setBaseOffset(firstOffset)
                .setLastOffset(lastOffset)
                .setAppendTimeMs(System.currentTimeMillis())
                .build();
    }

    @Override
    public void onError(Throwable thrown) {
        // the client has gone: nothing is owed to it
    }

    @Override
    public void onCompleted() {
        out.onCompleted();
    }
}
