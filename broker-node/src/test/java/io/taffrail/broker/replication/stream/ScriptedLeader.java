// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.taffrail.api.internal.v1.ReplicaMarks;
import io.taffrail.api.internal.v1.ReplicaServiceGrpc;
import io.taffrail.api.internal.v1.ReplicateRequest;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.api.internal.v1.SubscriptionAccepted;
import io.taffrail.api.internal.v1.SubscriptionAck;
import io.taffrail.api.internal.v1.SubscriptionClose;
import io.taffrail.api.internal.v1.SubscriptionOpen;
import io.taffrail.api.internal.v1.SubscriptionOpened;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import io.taffrail.broker.fetch.serve.FetchAnswerMarshaller;
import io.taffrail.broker.testing.FakeClusterView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A leader as the wire has it: it accepts every open, and else does only what a test says. */
final class ScriptedLeader {
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    ServerServiceDefinition service() {
        MethodDescriptor<ReplicateRequest, FetchAnswer> method =
                ReplicaServiceGrpc.getReplicateMethod().toBuilder(
                                ReplicaServiceGrpc.getReplicateMethod().getRequestMarshaller(),
                                new FetchAnswerMarshaller(
                                        ReplicateResponse.getDefaultInstance(), Optional.empty()))
                        .build();
        return ServerServiceDefinition.builder(ReplicaServiceGrpc.SERVICE_NAME)
                .addMethod(method, ServerCalls.asyncBidiStreamingCall(this::replicate))
                .build();
    }

    /** Each stream that was opened. */
    List<Call> calls() {
        return calls;
    }

    /** Something of no meaning, on every stream. */
    void signOfLife() {
        calls.stream().filter(call -> !call.isOver()).forEach(Call::signOfLife);
    }

    private StreamObserver<ReplicateRequest> replicate(StreamObserver<FetchAnswer> responses) {
        Call call = new Call(responses);
        calls.add(call);
        return call;
    }

    /** One stream. */
    static final class Call implements StreamObserver<ReplicateRequest> {
        private final StreamObserver<FetchAnswer> responses;
        private final List<ReplicateRequest> requests = new CopyOnWriteArrayList<>();
        private volatile boolean over;

        Call(StreamObserver<FetchAnswer> responses) {
            this.responses = responses;
        }

        boolean isOver() {
            return over;
        }

        List<SubscriptionOpen> opens() {
            return requests.stream().flatMap(each -> each.getOpensList().stream()).toList();
        }

        List<SubscriptionAck> acks() {
            return requests.stream().flatMap(each -> each.getAcksList().stream()).toList();
        }

        List<SubscriptionClose> closes() {
            return requests.stream().flatMap(each -> each.getClosesList().stream()).toList();
        }

        long creditBytes() {
            return requests.stream().mapToLong(ReplicateRequest::getCreditBytes).sum();
        }

        ReplicateRequest first() {
            return requests.get(0);
        }

        void send(ReplicateResponse.Builder response) {
            send(FetchAnswer.of(response.build()));
        }

        private synchronized void send(FetchAnswer answer) {
            if (!over) {
                responses.onNext(answer);
            }
        }

        /** A run of entries, as the log has them: a generated message would not keep every byte. */
        void push(
                SubscriptionOpen open,
                long subscription,
                long from,
                long next,
                Integer epochBefore,
                List<byte[]> entries) {
            ReplicateResponse.Builder run =
                    ReplicateResponse.newBuilder()
                            .setSlot(open.getSlot())
                            .setSubscription(subscription)
                            .setLeaderEpoch(ReplicationFixture.EPOCH)
                            .setFromOffset(from)
                            .setNextOffset(next);
            if (epochBefore != null) {
                run.setEpochBefore(epochBefore);
            }
            ByteBuf bytes = Unpooled.wrappedBuffer(entries.toArray(new byte[0][]));
            ByteBudget.Charge charge =
                    new ByteBudget(Long.MAX_VALUE, change -> {}).share().reserve(1).orElseThrow();
            send(FetchAnswer.of(run.build(), bytes, charge));
        }

        private void signOfLife() {
            send(ReplicateResponse.newBuilder());
        }

        void marks(SubscriptionOpen open, long highWatermark, long logStartOffset) {
            send(
                    ReplicateResponse.newBuilder()
                            .addMarks(
                                    ReplicaMarks.newBuilder()
                                            .setSlot(open.getSlot())
                                            .setSubscription(open.getSubscription())
                                            .setHighWatermark(highWatermark)
                                            .setLogStartOffset(logStartOffset)));
        }

        @Override
        public void onNext(ReplicateRequest request) {
            assert !request.hasStream()
                    || request.getStream().getClusterId().equals(FakeClusterView.CLUSTER_ID);
            for (SubscriptionOpen open : request.getOpensList()) {
                send(
                        ReplicateResponse.newBuilder()
                                .setSlot(open.getSlot())
                                .setSubscription(open.getSubscription())
                                .setOpened(
                                        SubscriptionOpened.newBuilder()
                                                .setAccepted(
                                                        SubscriptionAccepted
                                                                .getDefaultInstance())));
            }
            requests.add(request);
        }

        @Override
        public void onError(Throwable thrown) {
            over = true;
        }

        @Override
        public void onCompleted() {
            over = true;
        }
    }
}
