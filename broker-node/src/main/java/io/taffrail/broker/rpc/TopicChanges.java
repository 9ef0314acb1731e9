// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.v1.AlterTopicConfigRequest;
import io.taffrail.api.v1.AlterTopicConfigResponse;
import io.taffrail.api.v1.CreatePartitionsRequest;
import io.taffrail.api.v1.CreatePartitionsResponse;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.CreateTopicResponse;
import io.taffrail.api.v1.DeleteTopicRequest;
import io.taffrail.api.v1.DeleteTopicResponse;
import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.cluster.TopicImage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Changes of topics: checked for their form, sent on to the active controller as they came, and
 * answered with what it made of them.
 */
final class TopicChanges {
    private static final Duration AT_MOST = Duration.ofSeconds(30);

    private final ClusterView view;
    private final ActiveController controller;
    private final TopicDescriptions descriptions;
    private final int largestBatchBytes;

    /**
     * @param largestBatchBytes that the servers take: no topic may allow more
     */
    TopicChanges(
            ClusterView view,
            ActiveController controller,
            TopicDescriptions descriptions,
            int largestBatchBytes) {
        this.largestBatchBytes = largestBatchBytes;
        this.view = view;
        this.controller = controller;
        this.descriptions = descriptions;
    }

    CompletableFuture<CreateTopicResponse> create(CreateTopicRequest request) {
        TopicChangeChecks.check(request);
        TopicChangeChecks.checkBatchBytes(request.getConfigsMap(), largestBatchBytes);
        return administer(AdministerRequest.newBuilder().setCreateTopic(request))
                .thenApply(
                        made -> {
                            TopicEntry topic = made.topic().orElseThrow();
                            return CreateTopicResponse.newBuilder()
                                    .setTopic(
                                            descriptions
                                                    .description(topic, made.partitions().size())
                                                    .addAllPartitions(describe(made.partitions())))
                                    .build();
                        });
    }

    CompletableFuture<DeleteTopicResponse> delete(DeleteTopicRequest request) {
        TopicChangeChecks.check(request);
        return administer(AdministerRequest.newBuilder().setDeleteTopic(request))
                .thenApply(
                        made ->
                                DeleteTopicResponse.newBuilder()
                                        .setTopicId(made.deleted().orElseThrow().toString())
                                        .build());
    }

    CompletableFuture<AlterTopicConfigResponse> alterConfig(AlterTopicConfigRequest request) {
        TopicChangeChecks.check(request);
        TopicChangeChecks.checkBatchBytes(request.getConfigsMap(), largestBatchBytes);
        return administer(AdministerRequest.newBuilder().setAlterTopicConfig(request))
                .thenApply(
                        made ->
                                AlterTopicConfigResponse.newBuilder()
                                        .addAllConfigs(
                                                descriptions.configs(
                                                        made.topic()
                                                                .orElseGet(
                                                                        () -> unchanged(request))))
                                        .build());
    }

    /** The topic as it was before a change that changed nothing. */
    private TopicEntry unchanged(AlterTopicConfigRequest request) {
        return view.image()
                .topic(request.getTopic())
                .map(TopicImage::topic)
                .orElseThrow(
                        () ->
                                TopicNames.unknown(
                                        view.image(), request.getTopic(), Optional.empty()));
    }

    CompletableFuture<CreatePartitionsResponse> createPartitions(CreatePartitionsRequest request) {
        TopicChangeChecks.check(request);
        return administer(AdministerRequest.newBuilder().setCreatePartitions(request))
                .thenApply(
                        made ->
                                CreatePartitionsResponse.newBuilder()
                                        .addAllPartitions(describe(made.partitions()))
                                        .build());
    }

    private CompletableFuture<MadeChanges> administer(AdministerRequest.Builder request) {
        return controller
                .administer(request.build(), CallDeadline.remaining(AT_MOST))
                .thenApply(MadeChanges::of);
    }

    private List<PartitionDescription> describe(List<PartitionEntry> partitions) {
        MetadataImage image = view.image();
        return partitions.stream()
                .map(partition -> PartitionDescriptions.of(partition, image))
                .toList();
    }
}
