// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.Acks;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.LogServiceGrpc;
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
    private static final int LOST_ANSWERS = 8; // one of so many, at least
    private static final int LONGEST_PATIENCE_MS = 30;

    private final SimWorld world;
    private final SimHistory history;
    private final SimDoor door;
    private final SimulatedExecutor thread;
    private final String name;
    private final String topic;
    private final int partition;
    private final RecordForm form;
    private long producerId;
    private int producerEpoch;
    private int nextSequence;
    private List<String> unanswered = List.of();
    private int leaderEpoch; // the newest that it knows
    private int attempt;
    private boolean stopped;

    SimProducer(
            SimWorld world,
            SimHistory history,
            SimDoor door,
            SimulatedExecutor thread,
            String name,
            String topic,
            int partition,
            RecordForm form) {
        this.world = world;
        this.history = history;
        this.door = door;
        this.thread = thread;
        this.name = name;
        this.topic = topic;
        this.partition = partition;
        this.form = form;
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
                        .setBaseSequence(nextSequence)
                        .setLeaderEpoch(leaderEpoch);
        for (String record : unanswered) {
            request.addRecords(form.of(record));
        }
        int number = ++attempt;
        door.call(
                channel ->
                        LogServiceGrpc.newFutureStub(channel)
                                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                                .append(request.build()),
                response -> ifCurrent(number, () -> answered(response)),
                failure -> ifCurrent(number, () -> failed(failure)));
        if (world.random().nextInt(LOST_ANSWERS) == 0) {
            later(LONGEST_PATIENCE_MS, () -> ifCurrent(number, this::loseAnswer));
        }
    }

    private void ifCurrent(int number, Runnable action) {
        if (number == attempt) {
            attempt++;
            action.run();
        }
    }

    /** Whatever becomes of the request: the same is sent again, through any broker (I4, I9). */
    private void loseAnswer() {
        door.moveOn(Optional.empty());
        send();
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
            leaderEpoch = Math.max(leaderEpoch, place.getLeaderEpoch());
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
