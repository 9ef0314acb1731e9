// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.v1.ClusterEvent;
import io.taffrail.api.v1.ClusterEventKind;
import io.taffrail.api.v1.ControllerEvent;
import io.taffrail.api.v1.MetadataVersion;
import io.taffrail.api.v1.PartitionEvent;
import io.taffrail.api.v1.WatchClusterResponse;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What changes in the cluster: the difference to the image that was told last, event by event. It
 * is gone through as the watcher has room for it, and holds no more than two images.
 */
final class ClusterNews implements Watch.News<WatchClusterResponse> {
    private static final int MAX_EVENTS = 500;

    private final ClusterView view;
    private final Set<ClusterEventKind> kinds;
    private MetadataImage told = MetadataImage.EMPTY;
    private ControllerEvent toldController = ControllerEvent.getDefaultInstance();
    private boolean first = true;

    /**
     * @param kinds none: all
     */
    ClusterNews(ClusterView view, Collection<ClusterEventKind> kinds) {
        this.view = view;
        this.kinds =
                kinds.isEmpty() ? EnumSet.allOf(ClusterEventKind.class) : EnumSet.copyOf(kinds);
    }

    @Override
    public Iterator<WatchClusterResponse> next() {
        MetadataImage now = view.image();
        ControllerEvent controller = controller(now);
        boolean initial = first;
        Stream<ClusterEvent> events =
                Stream.concat(
                        controllerEvents(controller, initial),
                        now.version().equals(told.version()) ? Stream.empty() : events(now));
        first = false;
        told = now;
        toldController = controller;
        return new Responses(events.iterator(), MetadataTranslator.toProto(now.version()), initial);
    }

    private ControllerEvent controller(MetadataImage now) {
        ControllerEvent.Builder event = ControllerEvent.newBuilder().setTerm(now.version().term());
        view.activeControllerId().ifPresent(event::setActiveControllerId);
        return event.build();
    }

    private Stream<ClusterEvent> controllerEvents(ControllerEvent controller, boolean initial) {
        boolean news = initial || !controller.equals(toldController);
        return wanted(
                ClusterEventKind.CLUSTER_EVENT_KIND_CONTROLLER,
                news
                        ? Stream.of(ClusterEvent.newBuilder().setController(controller).build())
                        : Stream.empty());
    }

    /** What is gone comes first: another topic may have taken the name. */
    private Stream<ClusterEvent> events(MetadataImage now) {
        ImageDiff diff = new ImageDiff(told, now);
        return Stream.of(
                        wanted(
                                ClusterEventKind.CLUSTER_EVENT_KIND_BROKER,
                                Stream.concat(
                                        diff.removedBrokers().map(ClusterNews::removed),
                                        diff.changedBrokers()
                                                .map(BrokerDescriptions::summary)
                                                .map(
                                                        broker ->
                                                                ClusterEvent.newBuilder()
                                                                        .setBroker(broker)
                                                                        .build()))),
                        wanted(
                                ClusterEventKind.CLUSTER_EVENT_KIND_TOPIC,
                                Stream.concat(
                                        diff.deletedTopics().map(ClusterNews::deleted),
                                        diff.changedTopics().map(ClusterNews::changed))),
                        wanted(
                                ClusterEventKind.CLUSTER_EVENT_KIND_PARTITION,
                                diff.changedPartitions().map(entry -> changed(entry, now))))
                .flatMap(events -> events);
    }

    private Stream<ClusterEvent> wanted(ClusterEventKind kind, Stream<ClusterEvent> events) {
        return kinds.contains(kind) ? events : Stream.empty();
    }

    private static ClusterEvent removed(int brokerId) {
        return ClusterEvent.newBuilder().setRemovedBrokerId(brokerId).build();
    }

    private static ClusterEvent deleted(TopicImage topic) {
        return ClusterEvent.newBuilder()
                .setDeletedTopic(
                        TopicDescriptions.summary(topic.topic(), topic.partitions().size()))
                .build();
    }

    private static ClusterEvent changed(TopicImage topic) {
        return ClusterEvent.newBuilder()
                .setTopic(TopicDescriptions.summary(topic.topic(), topic.partitions().size()))
                .build();
    }

    private static ClusterEvent changed(PartitionEntry partition, MetadataImage now) {
        TopicEntry topic = now.topic(partition.topicId()).orElseThrow().topic();
        return ClusterEvent.newBuilder()
                .setPartition(
                        PartitionEvent.newBuilder()
                                .setTopic(topic.name())
                                .setTopicId(topic.topicId().toString())
                                .setPartition(PartitionDescriptions.of(partition, now)))
                .build();
    }

    /** Events in responses of a bounded size; the last of the initial ones says so. */
    private static final class Responses implements Iterator<WatchClusterResponse> {
        private final Iterator<ClusterEvent> events;
        private final MetadataVersion version;
        private boolean completionDue;

        Responses(Iterator<ClusterEvent> events, MetadataVersion version, boolean initial) {
            this.events = events;
            this.version = version;
            this.completionDue = initial;
        }

        @Override
        public boolean hasNext() {
            return completionDue || events.hasNext();
        }

        @Override
        public WatchClusterResponse next() {
            WatchClusterResponse.Builder response =
                    WatchClusterResponse.newBuilder().setVersion(version);
            while (response.getEventsCount() < MAX_EVENTS && events.hasNext()) {
                response.addEvents(events.next());
            }
            if (completionDue && !events.hasNext()) {
                completionDue = false;
                response.setInitialComplete(true);
            }
            return response.build();
        }
    }
}
