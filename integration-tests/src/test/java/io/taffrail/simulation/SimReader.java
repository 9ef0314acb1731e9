// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.ConsumedRecord;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.model.LogError;
import io.taffrail.testsupport.SimulatedExecutor;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Reads one partition from its start, a piece at a time, until it is stopped. */
final class SimReader {
    private static final int DEADLINE_S = 5;
    private static final int LONGEST_PAUSE_MS = 100;
    private static final int RECORDS = 50;

    private final SimWorld world;
    private final SimHistory history;
    private final SimDoor door;
    private final SimulatedExecutor thread;
    private final String name;
    private final String topic;
    private final int partition;
    private long nextOffset;
    private OptionalInt lastEpoch = OptionalInt.empty(); // of the record before nextOffset
    private OptionalInt knownEpoch = OptionalInt.empty();
    private boolean stopped;

    SimReader(
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
        thread.execute(this::read);
    }

    void stop() {
        stopped = true;
    }

    int partition() {
        return partition;
    }

    /** Exclusive end of what was read. */
    long nextOffset() {
        return nextOffset;
    }

    private void read() {
        if (stopped) {
            return;
        }
        ReadRequest.Builder request =
                ReadRequest.newBuilder()
                        .setTopic(topic)
                        .setPartition(partition)
                        .setStart(StartPosition.newBuilder().setPosition(position()))
                        .setMaxRecords(RECORDS);
        knownEpoch.ifPresent(request::setLeaderEpoch); // or a former leader might answer (P14)
        long begin = history.beginsAt(partition);
        door.call(
                channel ->
                        LogServiceGrpc.newFutureStub(channel)
                                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                                .read(request.build()),
                response -> answered(response, begin),
                this::failed);
    }

    /** With the epoch, so that a cut below it would be noticed. */
    private Position.Builder position() {
        Position.Builder position = Position.newBuilder().setOffset(nextOffset);
        lastEpoch.ifPresent(position::setLeaderEpoch);
        return position;
    }

    private void answered(ReadResponse response, long begin) {
        if (stopped) {
            return;
        }
        for (ConsumedRecord record : response.getRecordsList()) {
            if (record.getOffset() != nextOffset) {
                history.anomaly(
                        "%s was given offset %d in the place of %d"
                                .formatted(name, record.getOffset(), nextOffset));
            }
            if (record.getOffset() < begin) {
                history.anomaly(
                        "P16: %s was given offset %d, and all before %d had been deleted"
                                .formatted(name, record.getOffset(), begin));
            }
            nextOffset = record.getOffset() + 1;
            lastEpoch = OptionalInt.of(record.getLeaderEpoch());
            knownEpoch = lastEpoch;
            history.read(record.getValue().toStringUtf8(), partition, record.getOffset());
        }
        if (response.getRecordsCount() > 0) {
            world.note(name + " read to " + nextOffset);
        }
        later();
    }

    private void failed(Optional<LogFailure> failure) {
        failure.filter(each -> each.error() == LogError.OFFSET_OUT_OF_RANGE)
                .ifPresent(this::outOfRange);
        failure.filter(each -> each.error() == LogError.LOG_TRUNCATED).ifPresent(this::wasTold);
        later();
    }

    /** Only what was to be deleted may be missing. */
    private void outOfRange(LogFailure told) {
        long start = Long.parseLong(told.metadata().getOrDefault("log_start_offset", "0"));
        if (nextOffset < start && start <= history.mayBeginAt(partition)) {
            nextOffset = start;
            lastEpoch = OptionalInt.empty();
        } else {
            wasTold(told);
        }
    }

    private void wasTold(LogFailure told) {
        history.anomaly(name + " was told " + told);
    }

    private void later() {
        var unused =
                thread.schedule(
                        this::read,
                        1 + world.random().nextInt(LONGEST_PAUSE_MS),
                        TimeUnit.MILLISECONDS);
    }
}
