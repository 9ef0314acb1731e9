// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.internal.v1.AdministerRequest;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import io.taffrail.api.v1.AlterTopicConfigRequest;
import io.taffrail.api.v1.ConfigEntry;
import io.taffrail.api.v1.ConfigSource;
import io.taffrail.api.v1.CreatePartitionsRequest;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.DeleteTopicRequest;
import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.api.v1.ReplicaState;
import io.taffrail.api.v1.TopicDescription;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.MetadataChange.TopicChanged;
import io.taffrail.model.cluster.MetadataChange.TopicDeleted;
import io.taffrail.model.cluster.MetadataImage;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TopicChangesTest {
    private static final MetadataImage IMAGE =
            SampleCluster.withTopic(SampleCluster.withBrokers(1, 2), "orders", 2, 1, 2);

    private ApiFixture api;
    private AdminServiceBlockingStub admin;

    @BeforeEach
    void start() throws Exception {
        api = new ApiFixture(IMAGE);
        admin = AdminServiceGrpc.newBlockingStub(api.channel());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aTopicIsAnsweredAsTheControllerMadeItAlsoIfNoImageHasItYet() {
        TopicId id = SampleCluster.topicId("fresh");
        api.controller.willMake(
                new TopicChanged(SampleCluster.topic("fresh", 2, Map.of("flush", "os"))),
                new PartitionChanged(SampleCluster.partition(id, 0, 1, 2)),
                new PartitionChanged(SampleCluster.partition(id, 1, 2, 3)));
        CreateTopicRequest request =
                CreateTopicRequest.newBuilder()
                        .setTopic("fresh")
                        .setPartitionCount(2)
                        .putConfigs("flush", "os")
                        .setValidateOnly(true)
                        .build();

        TopicDescription topic = admin.createTopic(request).getTopic();

        assertThat(api.controller.asked)
                .containsExactly(AdministerRequest.newBuilder().setCreateTopic(request).build());
        assertThat(topic.getTopicId()).isEqualTo(id.toString());
        assertThat(topic.getPartitionCount()).isEqualTo(2);
        assertThat(topic.getReplicationFactor()).isEqualTo(2);
        assertThat(topic.getPartitionsList())
                .extracting(PartitionDescription::getLeaderId)
                .containsExactly(1, 2);
        assertThat(topic.getPartitions(1).getReplicasList())
                .extracting(replica -> replica.getState())
                .as("broker 3 is not registered")
                .containsExactly(
                        ReplicaState.REPLICA_STATE_ONLINE, ReplicaState.REPLICA_STATE_OFFLINE);
        assertThat(config(topic.getConfigsList(), "flush").getSource())
                .isEqualTo(ConfigSource.CONFIG_SOURCE_TOPIC);
    }

    @Test
    void theControllersOwnAnswerIsPassedOnAsItIs() {
        LogFailure taken =
                LogFailure.of(LogError.TOPIC_EXISTS, "there is a topic orders").inField("topic");
        api.controller.willFail(StatusTranslator.toException(taken));

        LogFailure failure =
                Failures.of(
                        () ->
                                admin.createTopic(
                                        CreateTopicRequest.newBuilder()
                                                .setTopic("orders")
                                                .build()));

        assertThat(failure).isEqualTo(taken);
    }

    @Test
    void aDeletedTopicIsAnsweredByItsId() {
        TopicId id = SampleCluster.topicId("orders");
        api.controller.willMake(new TopicDeleted(id));

        assertThat(
                        admin.deleteTopic(
                                        DeleteTopicRequest.newBuilder()
                                                .setTopic("orders")
                                                .setTopicId(id.toString())
                                                .build())
                                .getTopicId())
                .isEqualTo(id.toString());
    }

    @Test
    void alteredSettingsAreAnsweredInFull() {
        api.controller.willMake(
                new TopicChanged(
                        SampleCluster.topic("orders", 2, Map.of("max.message.bytes", "2000"))));

        List<ConfigEntry> configs =
                admin.alterTopicConfig(
                                AlterTopicConfigRequest.newBuilder()
                                        .setTopic("orders")
                                        .putConfigs("max.message.bytes", "2000")
                                        .build())
                        .getConfigsList();

        assertThat(configs).extracting(ConfigEntry::getName).isSorted().hasSize(12);
        ConfigEntry own = config(configs, "max.message.bytes");
        assertThat(own.getValue()).isEqualTo("2000");
        assertThat(own.getInheritedValue()).isEqualTo("1048576");
        assertThat(own.getSource()).isEqualTo(ConfigSource.CONFIG_SOURCE_TOPIC);
        ConfigEntry ofTheCluster = config(configs, "retention.ms");
        assertThat(ofTheCluster.getValue()).isEqualTo("1000");
        assertThat(ofTheCluster.getSource()).isEqualTo(ConfigSource.CONFIG_SOURCE_CLUSTER);
        ConfigEntry builtIn = config(configs, "timestamp");
        assertThat(builtIn.getSource()).isEqualTo(ConfigSource.CONFIG_SOURCE_DEFAULT);
        assertThat(builtIn.getReadOnly()).isTrue();
        assertThat(builtIn.getDocumentation()).isNotEmpty();
        assertThat(config(configs, "min.insync.replicas").getValue())
                .as("a majority of two")
                .isEqualTo("2");
    }

    @Test
    void settingsThatWereSoBeforeAreAnsweredToo() {
        api.controller.willMake();

        assertThat(
                        admin.alterTopicConfig(
                                        AlterTopicConfigRequest.newBuilder()
                                                .setTopic("orders")
                                                .addUnsetConfigs("flush")
                                                .build())
                                .getConfigsCount())
                .isEqualTo(12);
    }

    @Test
    void newPartitionsAreAnswered() {
        api.controller.willMake(
                new PartitionChanged(
                        SampleCluster.partition(SampleCluster.topicId("orders"), 2, 2, 1)));

        assertThat(
                        admin.createPartitions(
                                        CreatePartitionsRequest.newBuilder()
                                                .setTopic("orders")
                                                .setPartitionCount(3)
                                                .build())
                                .getPartitionsList())
                .singleElement()
                .satisfies(partition -> assertThat(partition.getPartition()).isEqualTo(2));
    }

    @Test
    void noTopicAllowsLargerBatchesThanTheServersTake() {
        assertThatThrownBy(
                        () ->
                                admin.createTopic(
                                        CreateTopicRequest.newBuilder()
                                                .setTopic("orders")
                                                .putConfigs("max.message.bytes", "16777216")
                                                .build()))
                .hasMessageContaining("at most 16773120");
    }

    @Test
    void requestsThatBreakARuleNameTheField() throws Exception {
        ReplicaAssignment assignment = ReplicaAssignment.newBuilder().addBrokerIds(1).build();
        assertThat(refusedCreate(topic -> topic.setTopic(""))).isEqualTo("topic");
        assertThat(refusedCreate(topic -> topic.setTopic("a/b"))).isEqualTo("topic");
        assertThat(refusedCreate(topic -> topic.setTopic("__groups"))).isEqualTo("topic");
        assertThat(refusedCreate(topic -> topic.setPartitionCount(-1)))
                .isEqualTo("partition_count");
        assertThat(refusedCreate(topic -> topic.setPartitionCount(10_001)))
                .isEqualTo("partition_count");
        assertThat(refusedCreate(topic -> topic.setReplicationFactor(-1)))
                .isEqualTo("replication_factor");
        assertThat(refusedCreate(topic -> topic.setPartitionCount(1).addAssignments(assignment)))
                .isEqualTo("partition_count");
        assertThat(refusedCreate(topic -> topic.setReplicationFactor(1).addAssignments(assignment)))
                .isEqualTo("replication_factor");
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.deleteTopic(
                                                DeleteTopicRequest.newBuilder()
                                                        .setTopic("orders")
                                                        .setTopicId("NO-ID")
                                                        .build())))
                .isEqualTo("topic_id");
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.alterTopicConfig(
                                                AlterTopicConfigRequest.newBuilder()
                                                        .setTopic("orders")
                                                        .putConfigs("flush", "os")
                                                        .addUnsetConfigs("flush")
                                                        .build())))
                .isEqualTo("unset_configs");
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.createPartitions(
                                                CreatePartitionsRequest.newBuilder()
                                                        .setTopic("orders")
                                                        .build())))
                .isEqualTo("partition_count");
        assertThat(api.controller.asked).as("nothing of this travels").isEmpty();
    }

    private String refusedCreate(UnaryOperator<CreateTopicRequest.Builder> with) throws Exception {
        CreateTopicRequest.Builder request = CreateTopicRequest.newBuilder().setTopic("fine");
        return Failures.blamedField(() -> admin.createTopic(with.apply(request).build()));
    }

    private static ConfigEntry config(List<ConfigEntry> configs, String name) {
        return configs.stream()
                .filter(config -> config.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
