// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.TopicImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TopicDecisionsTest {
    private final History history = new History();

    private Decision create(String name, int partitions, int factor, Map<String, String> configs) {
        return history.apply(
                new Command.CreateTopic(
                        TopicId.random(),
                        name,
                        partitions,
                        factor,
                        new TreeMap<>(configs),
                        List.of()));
    }

    private static LogError error(Decision decision) {
        return decision.refusal().orElseThrow().error().orElseThrow();
    }

    @Test
    void createsATopicWithItsPartitions() {
        history.brokers(1, 2, 3);
        Decision decision = create("orders", 6, 3, Map.of("retention.ms", "1000"));
        assertThat(decision.changes()).hasSize(7);
        assertThat(decision.changes().get(0)).isInstanceOf(MetadataChange.TopicChanged.class);
        TopicImage topic = history.state().image().topic("orders").orElseThrow();
        assertThat(topic.partitions())
                .allSatisfy(
                        partition -> {
                            assertThat(partition.isr()).hasSize(3);
                            assertThat(partition.leader()).isPresent();
                            assertThat(partition.effectiveMinIsr()).isEqualTo(2);
                            assertThat(partition.replicas().get(0).placedIndex())
                                    .isEqualTo(history.state().image().version().index());
                        });
    }

    @Test
    void aNameIsTakenOnce() {
        history.brokers(1);
        create("orders", 1, 1, Map.of());
        assertThat(error(create("orders", 1, 1, Map.of()))).isEqualTo(LogError.TOPIC_EXISTS);
    }

    @Test
    void oneAnswerNamesEverythingThatIsWrong() {
        history.brokers(1);
        Decision decision =
                create("no/name", 0, 1, Map.of("retention.ms", "soon", "colour", "blue"));
        Refusal refusal = decision.refusal().orElseThrow();
        assertThat(refusal.error()).contains(LogError.INVALID_CONFIG);
        assertThat(refusal.field()).contains("topic");
        assertThat(refusal.message())
                .contains("no/name", "partition_count", "retention.ms", "colour");
        assertThat(decision.changes()).isEmpty();
    }

    @Test
    void tooManyReplicasAreAMistakeAndTooFewBrokersAliveAreNot() {
        assertThat(error(create("a", 1, 1, Map.of()))).isEqualTo(LogError.NOT_ENOUGH_REPLICAS);
        history.brokers(1, 2);
        assertThat(error(create("a", 1, 3, Map.of()))).isEqualTo(LogError.INVALID_CONFIG);
        history.fence(2);
        assertThat(error(create("a", 1, 2, Map.of()))).isEqualTo(LogError.NOT_ENOUGH_REPLICAS);
    }

    @Test
    void aMinimumAboveTheReplicationFactorIsRefused() {
        history.brokers(1, 2);
        assertThat(error(create("a", 1, 2, Map.of("min.insync.replicas", "3"))))
                .isEqualTo(LogError.INVALID_CONFIG);
        history.topic(Map.of(), 1, 2);
        assertThat(error(history.alter(Map.of("min.insync.replicas", "3"))))
                .isEqualTo(LogError.INVALID_CONFIG);
    }

    @Test
    void aFixedSettingStays() {
        history.brokers(1).topic(Map.of(), 1);
        assertThat(history.alter(Map.of("timestamp", "append")).refusal().orElseThrow().field())
                .contains("configs[timestamp]");
        assertThat(history.alter(Map.of("timestamp", "create")).refusal()).isEmpty();
    }

    @Test
    void settingsAreSetAndUnset() {
        history.brokers(1).topic(Map.of("retention.ms", "1000"), 1);
        history.apply(
                new Command.AlterConfig(
                        History.TOPIC,
                        Optional.empty(),
                        new TreeMap<>(Map.of("segment.bytes", "4096")),
                        new TreeSet<>(List.of("retention.ms"))));
        assertThat(history.state().image().topic(History.TOPIC).orElseThrow().topic().configs())
                .isEqualTo(Map.of("segment.bytes", "4096"));
    }

    @Test
    void partitionsAreAddedButNeverTakenAway() {
        history.brokers(1);
        create("a", 2, 1, Map.of());
        assertThat(partitions(4).changes()).hasSize(2);
        assertThat(partitions(4).changes()).as("again").isEmpty();
        assertThat(error(partitions(3))).isEqualTo(LogError.INVALID_CONFIG);
    }

    private Decision partitions(int count) {
        return history.apply(new Command.CreatePartitions("a", Optional.empty(), count, List.of()));
    }

    @Test
    void aTopicIsDeletedByItsNameAndId() {
        history.brokers(1).topic(Map.of(), 1);
        assertThat(
                        error(
                                history.apply(
                                        new Command.DeleteTopic(
                                                History.TOPIC, Optional.of(TopicId.random())))))
                .isEqualTo(LogError.UNKNOWN_TOPIC);
        history.apply(new Command.DeleteTopic(History.TOPIC, Optional.of(history.topicId())));
        assertThat(history.state().image().topic(History.TOPIC)).isEmpty();
    }

    @Test
    void theClustersDefaultsCountForTopicsThatFollowThem() {
        history.brokers(1, 2, 3).topic(Map.of(), 1, 2, 3);
        history.apply(Command.AdoptTopicDefaults.of(Map.of("min.insync.replicas", "3")));
        assertThat(history.partition().effectiveMinIsr()).isEqualTo(3);
    }

    @Test
    void producerIdsAreNeverGivenTwice() {
        assertThat(history.apply(new Command.AllocateProducerIds(1000)).reply())
                .isEqualTo(new Reply.ProducerIds(1, 1000));
        assertThat(history.apply(new Command.AllocateProducerIds(1000)).reply())
                .isEqualTo(new Reply.ProducerIds(1001, 1000));
    }

    @Test
    void aBrokerIsForgottenOnceItIsDeadAndEmpty() {
        history.brokers(1).topic(Map.of(), 1);
        assertThat(history.apply(new Command.UnregisterBroker(1)).refusal()).isPresent();
        history.fence(1);
        assertThat(history.apply(new Command.UnregisterBroker(1)).refusal()).isPresent();
        history.apply(new Command.DeleteTopic(History.TOPIC, Optional.empty()));
        history.apply(new Command.UnregisterBroker(1));
        assertThat(history.state().image().brokers()).isEmpty();
    }
}
