// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataChange.BrokerChanged;
import io.taffrail.model.cluster.MetadataChange.BrokerRemoved;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.MetadataChange.TopicChanged;
import io.taffrail.model.cluster.MetadataChange.TopicDeleted;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ImageDiffTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    /** Whoever has the older image and is told the difference has the newer one. */
    @Property(tries = 300)
    void theDifferenceMakesTheNewerImageOutOfTheOlder(@ForAll long seed) {
        Random random = new Random(seed);
        MetadataImage before = changed(MetadataImage.EMPTY, random, random.nextInt(40));
        MetadataImage now = changed(before, random, random.nextInt(15));
        ImageDiff diff = new ImageDiff(before, now);

        List<MetadataChange> changes = new ArrayList<>();
        diff.removedBrokers().forEach(id -> changes.add(new BrokerRemoved(id)));
        diff.changedBrokers().forEach(broker -> changes.add(new BrokerChanged(broker)));
        diff.deletedTopics().forEach(gone -> changes.add(new TopicDeleted(gone.topic().topicId())));
        diff.changedTopics().forEach(topic -> changes.add(new TopicChanged(topic.topic())));
        diff.changedPartitions().forEach(entry -> changes.add(new PartitionChanged(entry)));

        MetadataImage told = SampleCluster.after(before, changes.toArray(new MetadataChange[0]));
        assertThat(content(told)).isEqualTo(content(now));
    }

    private static List<MetadataChange> content(MetadataImage image) {
        List<MetadataChange> content = new ArrayList<>();
        image.forEachChange(content::add);
        return content;
    }

    private static MetadataImage changed(MetadataImage from, Random random, int changes) {
        MetadataImage image = from;
        for (int i = 0; i < changes; i++) {
            image = SampleCluster.after(image, change(image, random));
        }
        return image;
    }

    private static MetadataChange change(MetadataImage image, Random random) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        TopicId id = // never that of a topic that was deleted
                image.topic(name)
                        .map(topic -> topic.topic().topicId())
                        .orElseGet(() -> new TopicId(random.nextLong(), random.nextLong()));
        int broker = random.nextInt(3);
        boolean known = image.topic(name).isPresent();
        return switch (random.nextInt(known ? 6 : 3)) {
            case 0 ->
                    new BrokerChanged(
                            SampleCluster.broker(broker).withFenced(random.nextBoolean()));
            case 1 -> new BrokerRemoved(broker);
            case 2 ->
                    new TopicChanged(
                            new TopicEntry(
                                    id,
                                    name,
                                    new TreeMap<>(Map.of("segment.ms", "" + random.nextInt(9))),
                                    PartitionerType.MURMUR2,
                                    1));
            case 3 -> new TopicDeleted(id);
            default ->
                    new PartitionChanged(
                            SampleCluster.partition(
                                    id,
                                    random.nextInt(partitions(image, id) + 1),
                                    random.nextInt(100),
                                    OptionalInt.of(broker),
                                    broker));
        };
    }

    private static int partitions(MetadataImage image, TopicId id) {
        return image.topic(id).map(topic -> topic.partitions().size()).orElseThrow();
    }

    @Test
    void whatStayedTheSameIsNotPartOfIt() {
        MetadataImage before = SampleCluster.withTopic(SampleCluster.withBrokers(1, 2), "a", 3, 1);
        before = SampleCluster.withTopic(before, "b", 3, 2);
        MetadataImage now =
                SampleCluster.after(
                        before,
                        new PartitionChanged(
                                SampleCluster.partition(
                                        SampleCluster.topicId("a"), 1, 5, OptionalInt.of(1), 1)));

        ImageDiff diff = new ImageDiff(before, now);

        assertThat(diff.changedPartitions())
                .extracting(entry -> entry.partition())
                .containsExactly(1);
        assertThat(diff.changedTopics()).isEmpty();
        assertThat(diff.changedBrokers()).isEmpty();
        assertThat(diff.removedBrokers()).isEmpty();
        assertThat(diff.deletedTopics()).isEmpty();
    }

    @Test
    void newPartitionsChangeTheirTopic() {
        MetadataImage before = SampleCluster.withTopic(SampleCluster.withBrokers(1), "a", 1, 1);
        MetadataImage now =
                SampleCluster.after(
                        before,
                        new PartitionChanged(
                                SampleCluster.partition(SampleCluster.topicId("a"), 1, 1)));

        assertThat(new ImageDiff(before, now).changedTopics())
                .extracting(TopicImage::topic)
                .containsExactly(SampleCluster.topic("a", 1, Map.of()));
    }

    @Test
    void partitionsOfABrokerThatReturnedAreTold() {
        MetadataImage up = SampleCluster.withTopic(SampleCluster.withBrokers(1, 2), "a", 1, 1, 2);
        BrokerEntry fenced = SampleCluster.broker(2).withFenced(true);
        MetadataImage down = SampleCluster.after(up, new BrokerChanged(fenced));

        assertThat(new ImageDiff(down, up).changedPartitions()).hasSize(1);
        assertThat(
                        new ImageDiff(
                                        up,
                                        SampleCluster.after(
                                                up,
                                                new BrokerChanged(
                                                        SampleCluster.broker(2)
                                                                .withReadOnly(true))))
                                .changedPartitions())
                .as("read-only replicas are online")
                .isEmpty();
    }
}
