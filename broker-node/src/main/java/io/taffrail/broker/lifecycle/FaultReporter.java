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
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the reports of this broker's replicas to the active controller, until one has it (P17,
 * P19). The broker counts as recovered only when none is outstanding.
 */
public final class FaultReporter implements ReplicaFaults {
    private static final Logger LOG = LoggerFactory.getLogger(FaultReporter.class);
    private static final long RETRY_MS = 200;
    private static final long TIMEOUT_S = 5;

    private final int brokerId;
    private final ControllerChannels channels;
    private final ScheduledExecutorService timer;
    private final AtomicInteger outstanding = new AtomicInteger();
    private volatile long brokerEpoch;
    private volatile boolean directoryOffline;

    public FaultReporter(
            int brokerId, ControllerChannels channels, ScheduledExecutorService timer) {
        this.brokerId = brokerId;
        this.channels = channels;
        this.timer = timer;
    }

    /** Whose reports these are, from the registration on. */
    public void registered(long epoch) {
        brokerEpoch = epoch;
    }

    /** Whether a controller has every report. */
    public boolean allReported() {
        return outstanding.get() == 0;
    }

    /** Whether a write or an fsync failed in the data directory (P18). */
    public boolean directoryOffline() {
        return directoryOffline;
    }

    @Override
    public void reported(Report report) {
        LOG.warn("reports {} as {}", report.partition(), report.fault());
        outstanding.incrementAndGet();
        send(report);
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
                        outstanding.decrementAndGet();
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
                outstanding.decrementAndGet();
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its own callback tells
    private void sendLater(Report report) {
        timer.schedule(() -> send(report), RETRY_MS, TimeUnit.MILLISECONDS);
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
