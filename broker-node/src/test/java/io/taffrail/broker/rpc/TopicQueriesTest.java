// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import io.taffrail.api.v1.DescribeTopicRequest;
import io.taffrail.api.v1.DescribeTopicResponse;
import io.taffrail.api.v1.ListTopicsRequest;
import io.taffrail.api.v1.ListTopicsResponse;
import io.taffrail.api.v1.PartitionDescription;
import io.taffrail.api.v1.ReplicaDescription;
import io.taffrail.api.v1.ReplicaState;
import io.taffrail.api.v1.TopicSummary;
import io.taffrail.broker.replication.PartitionLookup;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataChange.BrokerChanged;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TopicQueriesTest {
    private ApiFixture api;
    private AdminServiceBlockingStub admin;

    @BeforeEach
    void start() throws Exception {
        MetadataImage image = SampleCluster.withBrokers(1, 2, 3);
        for (String topic : List.of("b", "a", "__own", "bb", "b.c", "c")) {
            image = SampleCluster.withTopic(image, topic, 3, 1, 2);
        }
        api = new ApiFixture(image);
        admin = AdminServiceGrpc.newBlockingStub(api.channel());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private List<List<String>> pages(ListTopicsRequest request) {
        List<List<String>> pages = new ArrayList<>();
        String token = "";
        do {
            ListTopicsResponse page =
                    admin.listTopics(request.toBuilder().setPageToken(token).build());
            pages.add(page.getTopicsList().stream().map(TopicSummary::getTopic).toList());
            token = page.getNextPageToken();
            assertThat(pages).as("the list ends").hasSizeLessThan(20);
        } while (!token.isEmpty());
        return pages;
    }

    @Test
    void topicsAreListedByNameInPages() {
        assertThat(pages(ListTopicsRequest.getDefaultInstance()))
                .containsExactly(List.of("a", "b", "b.c", "bb", "c"));
        assertThat(pages(ListTopicsRequest.newBuilder().setPageSize(2).build()))
                .containsExactly(List.of("a", "b"), List.of("b.c", "bb"), List.of("c"));
        assertThat(pages(ListTopicsRequest.newBuilder().setPageSize(5).build()))
                .as("a full last page is followed by none")
                .hasSize(1);
    }

    @Test
    void aPrefixAndTaffrailsOwnTopicsAreHeeded() {
        assertThat(pages(ListTopicsRequest.newBuilder().setNamePrefix("b").setPageSize(1).build()))
                .containsExactly(List.of("b"), List.of("b.c"), List.of("bb"));
        assertThat(pages(ListTopicsRequest.newBuilder().setNamePrefix("__").build()))
                .containsExactly(List.of());
        ListTopicsResponse own =
                admin.listTopics(
                        ListTopicsRequest.newBuilder()
                                .setNamePrefix("__")
                                .setIncludeInternal(true)
                                .build());
        assertThat(own.getTopicsList())
                .singleElement()
                .satisfies(topic -> assertThat(topic.getInternal()).isTrue());
    }

    @Test
    void aPageThatIsNoneNamesTheField() throws Exception {
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.listTopics(
                                                ListTopicsRequest.newBuilder()
                                                        .setPageSize(-1)
                                                        .build())))
                .isEqualTo("page_size");
        for (String token : List.of("%", Page.tokenAfter("x"), Page.tokenAfter("-5"))) {
            assertThat(
                            Failures.blamedField(
                                    () ->
                                            admin.describeTopic(
                                                    DescribeTopicRequest.newBuilder()
                                                            .setTopic("a")
                                                            .setPageToken(token)
                                                            .build())))
                    .as(token)
                    .isEqualTo("page_token");
        }
        assertThat(
                        Failures.blamedField(
                                () ->
                                        admin.describeTopic(
                                                DescribeTopicRequest.getDefaultInstance())))
                .isEqualTo("topic");
    }

    @Test
    void aTopicIsFoundByNameByIdAndByBothIfTheyFit() {
        String id = SampleCluster.topicId("a").toString();
        DescribeTopicRequest byName = DescribeTopicRequest.newBuilder().setTopic("a").build();
        DescribeTopicRequest byId = DescribeTopicRequest.newBuilder().setTopicId(id).build();
        for (DescribeTopicRequest request :
                List.of(byName, byId, byName.toBuilder().setTopicId(id).build())) {
            assertThat(admin.describeTopic(request).getTopic().getTopic()).isEqualTo("a");
        }
        assertThat(
                        Failures.of(
                                        () ->
                                                admin.describeTopic(
                                                        byId.toBuilder().setTopic("b").build()))
                                .error())
                .isEqualTo(LogError.UNKNOWN_TOPIC);
        assertThat(
                        Failures.of(
                                        () ->
                                                admin.describeTopic(
                                                        byName.toBuilder()
                                                                .setTopic("none")
                                                                .build()))
                                .error())
                .isEqualTo(LogError.UNKNOWN_TOPIC);
    }

    @Test
    void aTopicThatIsUnknownHereIsAskedOfTheControllerFirst() {
        api.view.miss(SampleCluster.withTopic(api.view.image(), "new", 1, 3));

        assertThat(
                        admin.describeTopic(
                                        DescribeTopicRequest.newBuilder().setTopic("new").build())
                                .getTopic()
                                .getPartitionCount())
                .isEqualTo(1);
    }

    @Test
    void partitionsComeInPagesUnderTheWholeTopic() {
        DescribeTopicRequest request =
                DescribeTopicRequest.newBuilder().setTopic("a").setPageSize(2).build();
        DescribeTopicResponse first = admin.describeTopic(request);
        DescribeTopicResponse second =
                admin.describeTopic(
                        request.toBuilder().setPageToken(first.getNextPageToken()).build());

        assertThat(first.getTopic().getPartitionsList())
                .extracting(PartitionDescription::getPartition)
                .containsExactly(0, 1);
        assertThat(second.getTopic().getPartitionsList())
                .extracting(PartitionDescription::getPartition)
                .containsExactly(2);
        assertThat(second.getNextPageToken()).isEmpty();
        assertThat(second.getTopic().getPartitionCount()).isEqualTo(3);
        assertThat(second.getTopic().getConfigsCount()).isEqualTo(12);
    }

    @Test
    void aPartitionIsToldWithWhatIsWrongWithIt() {
        PartitionEntry entry =
                new PartitionEntry(
                        SampleCluster.topicId("a"),
                        0,
                        List.of(
                                SampleCluster.replica(1, ReplicaFault.SUSPECT),
                                SampleCluster.replica(2, ReplicaFault.NONE),
                                SampleCluster.replica(3, ReplicaFault.LOST)),
                        OptionalInt.empty(),
                        4,
                        9,
                        List.of(),
                        List.of(),
                        List.of(SampleCluster.replica(2, ReplicaFault.NONE)),
                        2,
                        true,
                        List.of(3),
                        List.of(1));
        api.view.publish(
                SampleCluster.after(
                        api.view.image(),
                        new BrokerChanged(SampleCluster.broker(2).withFenced(true)),
                        new PartitionChanged(entry)));

        PartitionDescription partition =
                admin.describeTopic(DescribeTopicRequest.newBuilder().setTopic("a").build())
                        .getTopic()
                        .getPartitions(0);

        assertThat(partition.hasLeaderId()).isFalse();
        assertThat(partition.getLeaderEpoch()).isEqualTo(4);
        assertThat(partition.getPartitionEpoch()).isEqualTo(9);
        assertThat(partition.getLastKnownLeaderId()).isEqualTo(2);
        assertThat(partition.getEffectiveMinIsr()).isEqualTo(2);
        assertThat(partition.getRecovering()).isTrue();
        assertThat(partition.getAddingBrokerIdsList()).containsExactly(3);
        assertThat(partition.getRemovingBrokerIdsList()).containsExactly(1);
        assertThat(partition.getReplicasList())
                .extracting(ReplicaDescription::getState)
                .containsExactly(
                        ReplicaState.REPLICA_STATE_SUSPECT,
                        ReplicaState.REPLICA_STATE_OFFLINE,
                        ReplicaState.REPLICA_STATE_LOST);
    }

    @Test
    void offsetsComeFromPartitionsThatAreLedHere() {
        api.partitions.put(
                "a",
                0,
                new PartitionLookup.Here(
                        new FakeLeader(
                                new TopicPartition("a", SampleCluster.topicId("a"), 0),
                                10,
                                20,
                                new CompletableFuture<>())));
        DescribeTopicRequest request = DescribeTopicRequest.newBuilder().setTopic("a").build();

        List<PartitionDescription> partitions =
                admin.describeTopic(request.toBuilder().setIncludeProgress(true).build())
                        .getTopic()
                        .getPartitionsList();

        assertThat(partitions.get(0).getOffsets().getLogStartOffset()).isEqualTo(10);
        assertThat(partitions.get(0).getOffsets().getHighWatermark()).isEqualTo(20);
        assertThat(partitions.get(0).getOffsets().getLogEndOffset()).isEqualTo(27);
        assertThat(partitions.get(1).hasOffsets()).as("not found here").isFalse();
        assertThat(admin.describeTopic(request).getTopic().getPartitions(0).hasOffsets())
                .as("not asked for")
                .isFalse();
    }
}
