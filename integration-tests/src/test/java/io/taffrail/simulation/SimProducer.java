// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import com.google.protobuf.ByteString;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Acks;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.RecordPlace;
import io.taffrail.model.LogError;
import io.taffrail.testsupport.SimulatedExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An idempotent producer of one partition: sends numbered records, a request at a time, and the
 * same request again until it is answered.
 */
final class SimProducer {
    private static final int DEADLINE_S = 5;
    private static final int MOST_RECORDS = 4;
    private static final int LONGEST_PAUSE_MS = 60;
    private static final int LONGEST_BACK_OFF_MS = 250;

    private final SimWorld world;
    private final SimHistory history;
    private final SimDoor door;
    private final SimulatedExecutor thread;
    private final String name;
    private final String topic;
    private final int partition;
    private long producerId;
    private int producerEpoch;
    private int nextSequence;
    private List<String> unanswered = List.of();
    private boolean stopped;

    SimProducer(
            SimWorld world,
            SimHistory history,
            SimDoor door,
            SimulatedExecutor thread,
            String name,
            String topic,
            int partition) {
        this.world = world;
        this.history = history;
        this.door = door;
        this.thread = thread;
        this.name = name;
        this.topic = topic;
        this.partition = partition;
    }

    void start() {
        thread.execute(this::init);
    }

    /** Sends nothing new; what is unanswered is sent until it is answered. */
    void stop() {
        stopped = true;
    }

    boolean isIdle() {
        return stopped && unanswered.isEmpty();
    }

    private void init() {
        door.call(
                channel ->
                        LogServiceGrpc.newFutureStub(channel)
                                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                                .initProducer(InitProducerRequest.getDefaultInstance()),
                this::initialised,
                failure -> later(LONGEST_BACK_OFF_MS, this::init));
    }

    private void initialised(InitProducerResponse response) {
        producerId = response.getProducerId();
        producerEpoch = response.getProducerEpoch();
        next();
    }

    private void next() {
        if (stopped) {
            return;
        }
        unanswered = new ArrayList<>();
        int count = 1 + world.random().nextInt(MOST_RECORDS);
        for (int i = 0; i < count; i++) {
            String record = name + "-" + (nextSequence + i);
            unanswered.add(record);
            history.sent(record, partition);
        }
        send();
    }

    private void send() {
        AppendRequest.Builder request =
                AppendRequest.newBuilder()
                        .setTopic(topic)
                        .setPartition(partition)
                        .setAcks(Acks.ACKS_ALL)
                        .setProducerId(producerId)
                        .setProducerEpoch(producerEpoch)
                        .setBaseSequence(nextSequence);
        for (String record : unanswered) {
            request.addRecords(
                    NewRecord.newBuilder().setValue(ByteString.copyFromUtf8(record)).build());
        }
        door.call(
                channel ->
                        LogServiceGrpc.newFutureStub(channel)
                                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                                .append(request.build()),
                this::answered,
                this::failed);
    }

    private void answered(AppendResponse response) {
        Optional<LogFailure> failure =
                response.getPlacesList().stream()
                        .filter(RecordPlace::hasError)
                        .findFirst()
                        .flatMap(place -> StatusTranslator.fromStatus(place.getError()));
        if (failure.isPresent()) {
            door.moveOn(failure);
            failed(failure);
            return;
        }
        for (int i = 0; i < unanswered.size(); i++) {
            RecordPlace place = response.getPlaces(i);
            if (place.hasOffset()) {
                world.note(name + " ack " + unanswered.get(i) + " at " + place.getOffset());
                history.acknowledged(unanswered.get(i), partition, place.getOffset());
            }
        }
        nextSequence += unanswered.size();
        unanswered = List.of();
        later(LONGEST_PAUSE_MS, this::next);
    }

    private void failed(Optional<LogFailure> failure) {
        failure.map(LogFailure::error)
                .filter(SimProducer::isWrong)
                .ifPresent(
                        error ->
                                history.anomaly(
                                        name
                                                + " sent "
                                                + unanswered
                                                + " and was told "
                                                + failure.get()));
        later(LONGEST_BACK_OFF_MS, this::send);
    }

    /** All that was answered before has to be remembered. */
    private static boolean isWrong(LogError error) {
        return switch (error) {
            case OUT_OF_ORDER_SEQUENCE, UNKNOWN_PRODUCER, PRODUCER_FENCED -> true;
            default -> false;
        };
    }

    private void later(int mostMs, Runnable action) {
        var unused =
                thread.schedule(action, 1 + world.random().nextInt(mostMs), TimeUnit.MILLISECONDS);
    }
}
