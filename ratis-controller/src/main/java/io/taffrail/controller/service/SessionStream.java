// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.internal.v1.Heartbeat;
import io.taffrail.api.internal.v1.SessionRequest;
import io.taffrail.api.internal.v1.SessionResponse;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One broker's session stream. gRPC's threads only hand over; the rest runs on the controller's
 * thread. One request is taken at a time: a broker that sends faster than it is answered waits.
 */
final class SessionStream implements StreamObserver<SessionRequest> {
    private final SessionDuties duties;
    private final ServerCallStreamObserver<SessionResponse> responses;
    private final HeartbeatJudge judge = new HeartbeatJudge();
    private OptionalInt brokerId = OptionalInt.empty();
    private OptionalLong brokerEpoch = OptionalLong.empty();
    private OptionalLong leftAtIndex = OptionalLong.empty();
    private boolean ended;

    SessionStream(SessionDuties duties, ServerCallStreamObserver<SessionResponse> responses) {
        this.duties = duties;
        this.responses = responses;
        responses.disableAutoRequest();
        responses.setOnCancelHandler(() -> duties.run(() -> closed()));
        responses.request(1);
    }

    @Override
    public void onNext(SessionRequest request) {
        duties.run(() -> handle(request));
    }

    @Override
    public void onError(Throwable thrown) {
        duties.run(this::closed);
    }

    @Override
    public void onCompleted() {
        duties.run(
                () -> {
                    closed();
                    complete();
                });
    }

    private void handle(SessionRequest request) {
        if (ended) {
            return;
        }
        try {
            switch (request.getKindCase()) {
                case REGISTER -> {
                    requireFirst(brokerId.isEmpty());
                    brokerId = OptionalInt.of(request.getRegister().getBrokerId());
                    duties.register(this, request.getRegister());
                }
                case HEARTBEAT -> {
                    requireFirst(brokerEpoch.isPresent());
                    beat(request.getHeartbeat());
                }
                case KIND_NOT_SET -> requireFirst(false);
            }
        } catch (StatusRuntimeException e) {
            end(e);
        } catch (IllegalArgumentException e) {
            end(Failures.malformed(e));
        }
    }

    private void beat(Heartbeat heartbeat) {
        duties.heartbeat(this, heartbeat);
    }

    private static void requireFirst(boolean inOrder) {
        if (!inOrder) {
            throw new IllegalArgumentException(
                    "a session begins with one registration; heartbeats follow");
        }
    }

    void registered(long epoch) {
        brokerEpoch = OptionalLong.of(epoch);
    }

    int brokerId() {
        return brokerId.getAsInt();
    }

    OptionalLong brokerEpoch() {
        return brokerEpoch;
    }

    HeartbeatJudge judge() {
        return judge;
    }

    /** The index from which on the others must know that this broker left; the first one counts. */
    long leftAtIndex(long index) {
        if (leftAtIndex.isEmpty()) {
            leftAtIndex = OptionalLong.of(index);
        }
        return leftAtIndex.getAsLong();
    }

    void answer(SessionResponse response) {
        if (!ended) {
            responses.onNext(response);
            responses.request(1);
        }
    }

    void end(StatusRuntimeException why) {
        if (!ended) {
            ended = true;
            duties.ended(this);
            responses.onError(why);
        }
    }

    /**
     * Another stream of the same broker took over: nothing broke. Two processes must not take turns
     * (P1). Of one process the newer stream may be the one that it gave up, come late: it asks
     * again.
     */
    void replacedBy(SessionStream newer) {
        if (!ended) {
            ended = true;
            Status status =
                    newer.brokerEpoch.equals(brokerEpoch)
                            ? Status.UNAVAILABLE.withDescription(
                                    "this broker has opened another session")
                            : Status.ABORTED.withDescription(
                                    "another process has registered as this broker");
            responses.onError(status.asRuntimeException());
        }
    }

    private void closed() {
        if (!ended) {
            duties.ended(this);
        }
    }

    private void complete() {
        if (!ended && !responses.isCancelled()) {
            ended = true;
            responses.onCompleted();
        }
        ended = true;
    }
}
