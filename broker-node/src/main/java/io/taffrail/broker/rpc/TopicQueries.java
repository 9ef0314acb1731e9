// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.v1.DescribeTopicRequest;
import io.taffrail.api.v1.DescribeTopicResponse;
import io.taffrail.api.v1.ListTopicsRequest;
import io.taffrail.api.v1.ListTopicsResponse;
import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.api.v1.TopicDescription;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Lists and describes topics, out of what this broker knows. */
final class TopicQueries {
    /** A topic that was made a moment ago through another broker is not unknown. */
    private static final Duration CATCH_UP = Duration.ofSeconds(1);

    private final ClusterView view;
    private final TopicDescriptions descriptions;
    private final ProgressReports progress;

    TopicQueries(ClusterView view, TopicDescriptions descriptions, ProgressReports progress) {
        this.view = view;
        this.descriptions = descriptions;
        this.progress = progress;
    }

    CompletableFuture<ListTopicsResponse> list(ListTopicsRequest request) {
        Page page = Page.of(request.getPageSize(), request.getPageToken());
        MetadataImage image = view.image();
        ListTopicsResponse.Builder response = ListTopicsResponse.newBuilder();
        String last = "";
        for (Map.Entry<String, TopicId> named : from(image, request, page).entrySet()) {
            String name = named.getKey();
            if (!name.startsWith(request.getNamePrefix())) {
                break; // names of one prefix stand together
            }
            TopicImage topic = image.topic(named.getValue()).orElseThrow();
            if (page.after().filter(name::equals).isPresent()
                    || (topic.topic().internal() && !request.getIncludeInternal())) {
                continue;
            }
            if (response.getTopicsCount() == page.size()) {
                response.setNextPageToken(Page.tokenAfter(last));
                break;
            }
            response.addTopics(TopicDescriptions.summary(topic.topic(), topic.partitions().size()));
            last = name;
        }
        return CompletableFuture.completedFuture(response.build());
    }

    private static Map<String, TopicId> from(
            MetadataImage image, ListTopicsRequest request, Page page) {
        String first = request.getNamePrefix();
        String after = page.after().orElse(first);
        return image.topicIdsByName().tailMap(first.compareTo(after) > 0 ? first : after);
    }

    CompletableFuture<DescribeTopicResponse> describe(DescribeTopicRequest request) {
        Optional<TopicId> id = TopicNames.optionalId(request.getTopicId(), "topic_id");
        if (request.getTopic().isEmpty() && id.isEmpty()) {
            throw InvalidArgument.of("topic", "neither topic nor topic_id is given");
        }
        Page page = Page.of(request.getPageSize(), request.getPageToken());
        int first = page.firstNumber();
        return find(request.getTopic(), id)
                .thenCompose(
                        image -> {
                            TopicImage topic =
                                    TopicNames.find(image, request.getTopic(), id)
                                            .orElseThrow(
                                                    () ->
                                                            TopicNames.unknown(
                                                                    image, request.getTopic(), id));
                            return describe(topic, image, first, page, request);
                        });
    }

    /** An image that has the topic, or the newest one there is. */
    private CompletableFuture<MetadataImage> find(String name, Optional<TopicId> id) {
        MetadataImage image = view.image();
        return TopicNames.find(image, name, id).isPresent()
                ? CompletableFuture.completedFuture(image)
                : view.catchUp(CATCH_UP);
    }

    private CompletableFuture<DescribeTopicResponse> describe(
            TopicImage topic,
            MetadataImage image,
            int first,
            Page page,
            DescribeTopicRequest request) {
        int count = topic.partitions().size();
        int end = (int) Math.min((long) first + page.size(), count);
        List<PartitionEntry> asked =
                first < end ? topic.partitions().subList(first, end) : List.of();
        TopicDescription.Builder description = descriptions.description(topic.topic(), count);
        DescribeTopicResponse.Builder response = DescribeTopicResponse.newBuilder();
        if (end < count) {
            response.setNextPageToken(Page.tokenAfter(Integer.toString(end - 1)));
        }
        return partitions(asked, image, request.getIncludeProgress())
                .thenApply(
                        partitions ->
                                response.setTopic(description.addAllPartitions(partitions))
                                        .build());
    }

    private CompletableFuture<List<PartitionDescription>> partitions(
            List<PartitionEntry> asked, MetadataImage image, boolean withProgress) {
        return progress.of(withProgress ? asked : List.of())
                .thenApply(
                        reports ->
                                asked.stream()
                                        .map(partition -> describe(partition, image, reports))
                                        .toList());
    }

    private static PartitionDescription describe(
            PartitionEntry partition, MetadataImage image, ProgressReports.Reports reports) {
        PartitionDescription description = PartitionDescriptions.of(partition, image);
        return reports.of(partition)
                .map(report -> ProgressDescriptions.add(report, description))
                .orElse(description);
    }
}
