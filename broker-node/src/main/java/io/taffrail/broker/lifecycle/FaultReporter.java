// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.lifecycle;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import io.grpc.Status;
import io.taffrail.api.ReplicaTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.ReportReplicaRequest;
import io.taffrail.api.internal.v1.ReportReplicaResponse;
import io.taffrail.broker.metadata.ControllerChannels;
import io.taffrail.broker.replication.ReplicaFaults;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the reports of this broker's replicas to the active controller, until one has it (P17,
 * P19), or a newer one of the same replica replaces it. The broker counts as recovered only when
 * none is outstanding.
 */
public final class FaultReporter implements ReplicaFaults {
    private static final Logger LOG = LoggerFactory.getLogger(FaultReporter.class);
    private static final long RETRY_MS = 200;
    private static final long TIMEOUT_S = 5;

    /** What hangs is looked for every second: who was not told of it again is through (P10). */
    private static final long SLOW_FOR_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final Duration HUNG = Duration.ofSeconds(30);

    private final int brokerId;
    private final ControllerChannels channels;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final Map<TopicPartition, Report> newest = new ConcurrentHashMap<>();
    private final AtomicInteger outstanding = new AtomicInteger();
    private volatile long brokerEpoch;
    private volatile boolean directoryOffline;
    private volatile OptionalLong slowSince = OptionalLong.empty();

    public FaultReporter(
            int brokerId,
            ControllerChannels channels,
            ScheduledExecutorService timer,
            Clock clock) {
        this.brokerId = brokerId;
        this.channels = channels;
        this.timer = timer;
        this.clock = clock;
    }

    /** Whose reports these are, from the registration on. */
    public void registered(long epoch) {
        brokerEpoch = epoch;
    }

    /** Whether a controller has every report. */
    public boolean allReported() {
        return outstanding.get() == 0;
    }

    /** Whether a write or an fsync hangs: others should lead meanwhile (P10). */
    public boolean directorySlow() {
        OptionalLong since = slowSince;
        return since.isPresent() && clock.nanoTime() - since.getAsLong() < SLOW_FOR_NANOS;
    }

    /** Whether a write or an fsync failed, or hung for long, in the data directory (P18). */
    public boolean directoryOffline() {
        return directoryOffline;
    }

    @Override
    public void reported(Report report) {
        LOG.warn("reports {} as {}", report.partition(), report.fault());
        outstanding.incrementAndGet();
        newest.put(report.partition(), report);
        send(report);
    }

    @Override
    public void directorySlow(TopicPartition partition, Duration duration) {
        if (!directorySlow()) {
            LOG.warn(
                    "the disk under {} has not answered for {}: others shall lead",
                    partition,
                    duration);
        }
        slowSince = OptionalLong.of(clock.nanoTime());
        if (duration.compareTo(HUNG) >= 0 && !directoryOffline) {
            directoryOffline = true;
            LOG.error(
                    "the disk under {} has not answered for {}: it counts as failed until this node"
                            + " is restarted",
                    partition,
                    duration);
        }
    }

    @Override
    public void directoryFailed(TopicPartition partition, IOException cause) {
        directoryOffline = true;
        LOG.error(
                "the disk failed under {}: nothing is appended here any more until this node is"
                        + " restarted on a disk that works",
                partition,
                cause);
    }

    private void send(Report report) {
        int controller = channels.next();
        Futures.addCallback(
                ControllerServiceGrpc.newFutureStub(channels.channel(controller))
                        .withDeadlineAfter(TIMEOUT_S, TimeUnit.SECONDS)
                        .reportReplica(request(report)),
                new FutureCallback<ReportReplicaResponse>() {
                    @Override
                    public void onSuccess(ReportReplicaResponse response) {
                        ended(report);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        again(report, controller, Status.fromThrowable(failure));
                    }
                },
                Runnable::run);
    }

    private void again(Report report, int controller, Status status) {
        switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> {
                channels.isNotActive(controller, Optional.empty());
                sendLater(report);
            }
            default -> {
                LOG.warn("the report of {} was refused: {}", report.partition(), status);
                ended(report);
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its own callback tells
    private void sendLater(Report report) {
        timer.schedule(() -> sendAgain(report), RETRY_MS, TimeUnit.MILLISECONDS);
    }

    private void sendAgain(Report report) {
        if (report.equals(newest.get(report.partition()))) {
            send(report);
        } else {
            ended(report);
        }
    }

    private void ended(Report report) {
        newest.remove(report.partition(), report);
        outstanding.decrementAndGet();
    }

    private ReportReplicaRequest request(Report report) {
        ReportReplicaRequest.Builder request =
                ReportReplicaRequest.newBuilder()
                        .setTopicId(TopicIdTranslator.toProto(report.partition().topicId()))
                        .setPartition(report.partition().partition())
                        .setLeaderEpoch(report.leaderEpoch())
                        .setBrokerId(brokerId)
                        .setBrokerEpoch(brokerEpoch)
                        .setFault(ReplicaTranslator.toProto(report.fault()))
                        .setLogEndOffset(report.logEndOffset());
        report.lastEpoch().ifPresent(request::setLastEpoch);
        return request.build();
    }
}
