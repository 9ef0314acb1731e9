// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.DescribeProgressRequest;
import io.taffrail.api.internal.v1.DescribeProgressResponse;
import io.taffrail.api.internal.v1.PartitionProgress;
import io.taffrail.api.internal.v1.ProgressServiceGrpc;
import io.taffrail.api.internal.v1.ProgressTarget;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.PartitionEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far replicas are, asked of all their leaders at once. A leader that does not answer within a
 * second is left out: what it would have said is not known.
 */
public final class ProgressReports {
    private static final Logger log = LoggerFactory.getLogger(ProgressReports.class);
    private static final Duration AT_MOST = Duration.ofSeconds(1);
    private static final int PARTITIONS_AT_ONCE = 5_000;

    private final int nodeId;
    private final ClusterView view;
    private final ProgressMethod here;
    private final PeerChannels peers;

    /**
     * @param here answers for what this broker leads itself
     */
    public ProgressReports(int nodeId, ClusterView view, ProgressMethod here, PeerChannels peers) {
        this.nodeId = nodeId;
        this.view = view;
        this.here = here;
        this.peers = peers;
    }

    /** What was answered, by partition. */
    static final class Reports {
        private record Key(TopicId topicId, int partition) {}

        private final Map<Key, PartitionProgress> reports = new HashMap<>(); // only looked up

        private void add(PartitionProgress progress) {
            Key key =
                    new Key(
                            TopicIdTranslator.toModel(progress.getTopicId()),
                            progress.getPartition());
            reports.put(key, progress);
        }

        /** Empty if its leader did not answer, or it has none. */
        Optional<PartitionProgress> of(PartitionEntry partition) {
            return Optional.ofNullable(
                    reports.get(new Key(partition.topicId(), partition.partition())));
        }
    }

    /** Asks for these. Never fails. */
    CompletableFuture<Reports> of(Collection<PartitionEntry> partitions) {
        SortedMap<Integer, List<ProgressTarget>> byLeader = new TreeMap<>();
        for (PartitionEntry partition : partitions) {
            if (partition.leader().isPresent()) {
                byLeader.computeIfAbsent(partition.leader().getAsInt(), leader -> new ArrayList<>())
                        .add(target(partition));
            }
        }
        List<CompletableFuture<List<PartitionProgress>>> answers = new ArrayList<>();
        byLeader.forEach(
                (leader, targets) -> {
                    for (int i = 0; i < targets.size(); i += PARTITIONS_AT_ONCE) {
                        int end = Math.min(i + PARTITIONS_AT_ONCE, targets.size());
                        answers.add(ask(leader, targets.subList(i, end)));
                    }
                });
        return CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                .thenApply(
                        all -> {
                            Reports reports = new Reports();
                            answers.forEach(answer -> answer.join().forEach(reports::add));
                            return reports;
                        });
    }

    private static ProgressTarget target(PartitionEntry partition) {
        return ProgressTarget.newBuilder()
                .setTopicId(TopicIdTranslator.toProto(partition.topicId()))
                .setPartition(partition.partition())
                .build();
    }

    private CompletableFuture<List<PartitionProgress>> ask(
            int leader, List<ProgressTarget> targets) {
        DescribeProgressRequest request =
                DescribeProgressRequest.newBuilder().addAllPartitions(targets).build();
        Optional<HostPort> address = view.image().broker(leader).flatMap(BrokerEntry::apiAddress);
        CompletableFuture<DescribeProgressResponse> answer =
                leader == nodeId
                        ? here.describe(request)
                        : address.map(at -> ask(at, request))
                                .orElseGet(
                                        () ->
                                                CompletableFuture.completedFuture(
                                                        DescribeProgressResponse
                                                                .getDefaultInstance()));
        return answer.handle(
                (response, thrown) -> {
                    if (thrown != null) {
                        log.debug("broker {} does not say how far replicas are", leader, thrown);
                        return List.of();
                    }
                    return response.getPartitionsList();
                });
    }

    private CompletableFuture<DescribeProgressResponse> ask(
            HostPort address, DescribeProgressRequest request) {
        ListenableFuture<DescribeProgressResponse> call =
                ProgressServiceGrpc.newFutureStub(peers.channel(address, PeerChannels.Use.CONTROL))
                        .withDeadlineAfter(AT_MOST.toMillis(), TimeUnit.MILLISECONDS)
                        .describeProgress(request);
        CompletableFuture<DescribeProgressResponse> answer = new CompletableFuture<>();
        Futures.addCallback(
                call,
                new FutureCallback<DescribeProgressResponse>() {
                    @Override
                    public void onSuccess(DescribeProgressResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }
                },
                MoreExecutors.directExecutor());
        return answer;
    }
}
