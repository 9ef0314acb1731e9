// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.lifecycle;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import io.grpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.AlterPartitionRequest;
import io.taffrail.api.internal.v1.AlterPartitionResponse;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.PartitionProposal;
import io.taffrail.api.internal.v1.ProposalResult;
import io.taffrail.broker.metadata.ControllerChannels;
import io.taffrail.broker.partition.IsrProposal;
import io.taffrail.broker.partition.ProposalAnswer;
import io.taffrail.broker.replication.IsrProposals;
import io.taffrail.model.LogError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Takes leaders' proposals to the active controller, those of many partitions in one request. One
 * request is on its way at a time; what comes meanwhile goes with the next (P9). Safe for any
 * thread.
 */
public final class ProposalSender implements IsrProposals {
    private static final int MAX_PROPOSALS = 1_000;
    private static final long TIMEOUT_MS = 2_000;

    private record Asked(IsrProposal proposal, Consumer<ProposalAnswer> answer) {}

    private final int brokerId;
    private final LongSupplier brokerEpoch;
    private final ControllerChannels channels;
    private final Queue<Asked> waiting = new ArrayDeque<>(); // under this
    private boolean underWay; // under this

    public ProposalSender(int brokerId, LongSupplier brokerEpoch, ControllerChannels channels) {
        this.brokerId = brokerId;
        this.brokerEpoch = brokerEpoch;
        this.channels = channels;
    }

    @Override
    public void propose(IsrProposal proposal, Consumer<ProposalAnswer> answer) {
        synchronized (this) {
            waiting.add(new Asked(proposal, answer));
        }
        sendNext();
    }

    private void sendNext() {
        List<Asked> batch = new ArrayList<>();
        synchronized (this) {
            if (underWay || waiting.isEmpty()) {
                return;
            }
            underWay = true;
            while (!waiting.isEmpty() && batch.size() < MAX_PROPOSALS) {
                batch.add(waiting.remove());
            }
        }
        send(batch);
    }

    private void send(List<Asked> batch) {
        int controller = channels.next();
        Futures.addCallback(
                ControllerServiceGrpc.newFutureStub(channels.channel(controller))
                        .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .alterPartition(request(batch)),
                new FutureCallback<AlterPartitionResponse>() {
                    @Override
                    public void onSuccess(AlterPartitionResponse response) {
                        answer(batch, response);
                        done();
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        failed(controller, failure);
                        batch.forEach(asked -> asked.answer.accept(new ProposalAnswer.Unknown()));
                        done();
                    }
                },
                Runnable::run);
    }

    /** Who asks again does so after a while. */
    private void failed(int controller, Throwable failure) {
        Optional<LogFailure> said = StatusTranslator.fromException(failure);
        boolean decided = said.isPresent() && said.get().error() != LogError.NOT_CONTROLLER;
        if (!decided) {
            channels.isNotActive(controller, said);
        }
    }

    private void done() {
        synchronized (this) {
            underWay = false;
        }
        sendNext();
    }

    private AlterPartitionRequest request(List<Asked> batch) {
        AlterPartitionRequest.Builder request =
                AlterPartitionRequest.newBuilder()
                        .setBrokerId(brokerId)
                        .setBrokerEpoch(brokerEpoch.getAsLong());
        for (Asked asked : batch) {
            IsrProposal proposal = asked.proposal;
            PartitionProposal.Builder encoded =
                    PartitionProposal.newBuilder()
                            .setTopicId(TopicIdTranslator.toProto(proposal.topicId()))
                            .setPartition(proposal.partition())
                            .setLeaderEpoch(proposal.leaderEpoch())
                            .setPartitionEpoch(proposal.partitionEpoch())
                            .setRecovered(proposal.recovered());
            for (IsrProposal.Member member : proposal.isr()) {
                encoded.addIsrBuilder()
                        .setBrokerId(member.brokerId())
                        .setBrokerEpoch(member.brokerEpoch());
            }
            request.addProposals(encoded);
        }
        return request.build();
    }

    private static void answer(List<Asked> batch, AlterPartitionResponse response) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i)
                    .answer
                    .accept(
                            i < response.getResultsCount()
                                    ? answer(response.getResults(i))
                                    : new ProposalAnswer.Unknown());
        }
    }

    /** What says that the leader's picture is old answers nothing: the feed will (P9). */
    private static ProposalAnswer answer(ProposalResult result) {
        if (result.hasPartitionEpoch()) {
            return new ProposalAnswer.Made(result.getPartitionEpoch());
        }
        if (!result.getIneligibleBrokerIdsList().isEmpty()) {
            return new ProposalAnswer.Refused(result.getIneligibleBrokerIdsList());
        }
        boolean late =
                switch (Status.fromCodeValue(result.getError().getCode()).getCode()) {
                    case UNAVAILABLE, ABORTED, NOT_FOUND -> true;
                    default -> false;
                };
        return late ? new ProposalAnswer.Unknown() : new ProposalAnswer.Refused(List.of());
    }
}
