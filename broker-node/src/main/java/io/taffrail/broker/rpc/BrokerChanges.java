// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.Status;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.v1.BrokerSummary;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.ReplaceDiskRequest;
import io.taffrail.api.v1.ReplaceDiskResponse;
import io.taffrail.api.v1.UnregisterBrokerRequest;
import io.taffrail.api.v1.UnregisterBrokerResponse;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Brokers that are forgotten, and disks that are given up, by the active controller. */
final class BrokerChanges {
    private static final Duration AT_MOST = Duration.ofSeconds(30);
    private static final int MAX_REFS = 1_000;

    private final ClusterView view;
    private final ActiveController controller;

    BrokerChanges(ClusterView view, ActiveController controller) {
        this.view = view;
        this.controller = controller;
    }

    CompletableFuture<UnregisterBrokerResponse> unregister(UnregisterBrokerRequest request) {
        return administer(AdministerRequest.newBuilder().setUnregisterBroker(request))
                .thenApply(made -> UnregisterBrokerResponse.getDefaultInstance());
    }

    CompletableFuture<ReplaceDiskResponse> replaceDisk(ReplaceDiskRequest request) {
        return administer(AdministerRequest.newBuilder().setReplaceDisk(request))
                .thenApply(made -> replaced(request.getNodeId(), made));
    }

    private CompletableFuture<MadeChanges> administer(AdministerRequest.Builder request) {
        return controller
                .administer(request.build(), CallDeadline.remaining(AT_MOST))
                .thenApply(MadeChanges::of);
    }

    /** As in the image, but where the change made something of it that is not in there. */
    private ReplaceDiskResponse replaced(int brokerId, MadeChanges made) {
        List<PartitionEntry> lost =
                partitions(made).stream().filter(partition -> isLost(partition, brokerId)).toList();
        ReplaceDiskResponse.Builder response =
                ReplaceDiskResponse.newBuilder()
                        .setBroker(summary(view.image(), brokerId, made))
                        .setReplicaCount(lost.size());
        lost.stream()
                .filter(partition -> partition.isr().isEmpty() && partition.elr().isEmpty())
                .limit(MAX_REFS)
                .forEach(partition -> response.addLeaderlessPartitions(ref(partition)));
        return response.build();
    }

    private List<PartitionEntry> partitions(MadeChanges made) {
        Map<String, PartitionEntry> byName = new TreeMap<>();
        view.image().forEachPartition(each -> byName.put(key(each), each));
        made.partitions().forEach(each -> byName.put(key(each), each));
        return List.copyOf(byName.values());
    }

    private static String key(PartitionEntry partition) {
        return partition.topicId() + "-" + partition.partition();
    }

    private static boolean isLost(PartitionEntry partition, int brokerId) {
        return partition
                .replicaOn(brokerId)
                .filter(replica -> replica.fault() == ReplicaFault.LOST)
                .isPresent();
    }

    private PartitionRef ref(PartitionEntry partition) {
        return PartitionRef.newBuilder()
                .setTopic(
                        view.image()
                                .topic(partition.topicId())
                                .map(topic -> topic.topic().name())
                                .orElse(""))
                .setTopicId(partition.topicId().toString())
                .setPartition(partition.partition())
                .build();
    }

    static BrokerSummary summary(MetadataImage image, int brokerId, MadeChanges made) {
        return made.broker()
                .or(() -> image.broker(brokerId))
                .map(BrokerDescriptions::summary)
                .orElseThrow(
                        () ->
                                Status.NOT_FOUND
                                        .withDescription("no broker " + brokerId + " is registered")
                                        .asRuntimeException());
    }
}
