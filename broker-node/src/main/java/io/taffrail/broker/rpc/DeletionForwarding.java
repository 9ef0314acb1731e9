// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import com.google.rpc.Status;
import io.taffrail.api.v1.DeleteRecordsRequest;
import io.taffrail.api.v1.DeleteRecordsResponse;
import io.taffrail.api.v1.DeleteRecordsResult;
import io.taffrail.api.v1.DeleteRecordsTarget;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.broker.forward.ForwardOutcome;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The targets of one DeleteRecords that other brokers lead: one call for each of those. Targets may
 * be added by any thread; then it is sent, once.
 */
final class DeletionForwarding {
    private final Forwarding forwarding;
    private final boolean validateOnly;
    private final Duration atMost;
    private final Map<Integer, List<Target>> byLeader = new TreeMap<>();

    private record Target(
            Elsewhere leader,
            DeleteRecordsTarget forwarded,
            CompletableFuture<DeleteRecordsResult> result) {
        void fail(Status why) {
            result.complete(
                    DeleteRecordsResult.newBuilder()
                            .setPartition(forwarded.getPartition())
                            .setError(why)
                            .build());
        }
    }

    DeletionForwarding(Forwarding forwarding, boolean validateOnly, Duration atMost) {
        this.forwarding = forwarding;
        this.validateOnly = validateOnly;
        this.atMost = atMost;
    }

    /** Has {@code result} completed after {@link #send}. */
    synchronized void add(
            Elsewhere leader,
            DeleteRecordsTarget asked,
            CompletableFuture<DeleteRecordsResult> result) {
        PartitionRef partition =
                asked.getPartition().toBuilder()
                        .setTopicId(leader.partition().topicId().toString())
                        .build();
        byLeader.computeIfAbsent(leader.leaderId(), none -> new ArrayList<>())
                .add(new Target(leader, asked.toBuilder().setPartition(partition).build(), result));
    }

    /** Asks all leaders at once. */
    synchronized void send() {
        byLeader.values().forEach(this::send);
    }

    private void send(List<Target> targets) {
        DeleteRecordsRequest.Builder request =
                DeleteRecordsRequest.newBuilder().setValidateOnly(validateOnly);
        targets.forEach(target -> request.addTargets(target.forwarded()));
        var unused =
                forwarding
                        .deleteRecords(request.build(), atMost, targets.get(0).leader())
                        .thenAccept(outcome -> complete(targets, outcome));
    }

    private static void complete(
            List<Target> targets, ForwardOutcome<DeleteRecordsResponse> outcome) {
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            if (outcome instanceof ForwardOutcome.Failed<DeleteRecordsResponse> failed) {
                target.fail(failed.why());
                continue;
            }
            DeleteRecordsResponse answer =
                    ((ForwardOutcome.Answered<DeleteRecordsResponse>) outcome).answer();
            if (i < answer.getResultsCount()) {
                target.result().complete(answer.getResults(i));
            } else {
                target.fail(
                        Status.newBuilder()
                                .setCode(io.grpc.Status.Code.INTERNAL.value())
                                .setMessage("the leader left the target without a result")
                                .build());
            }
        }
    }
}
