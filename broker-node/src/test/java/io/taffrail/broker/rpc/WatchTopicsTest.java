// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.taffrail.api.v1.BrokerAddress;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.PartitionLeader;
import io.taffrail.api.v1.TopicLeaders;
import io.taffrail.api.v1.WatchTopicsRequest;
import io.taffrail.api.v1.WatchTopicsResponse;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange.BrokerChanged;
import io.taffrail.model.cluster.MetadataChange.BrokerRemoved;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.MetadataChange.TopicDeleted;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WatchTopicsTest {
    private static final TopicId ORDERS = SampleCluster.topicId("orders");

    private ApiFixture api;

    @BeforeEach
    void start() throws Exception {
        MetadataImage image =
                SampleCluster.withTopic(SampleCluster.withBrokers(1, 2, 3), "orders", 2, 1, 2);
        image = SampleCluster.withTopic(image, "other", 1, 1);
        api =
                new ApiFixture(
                        SampleCluster.after(
                                image,
                                new BrokerChanged(SampleCluster.broker(3).withFenced(true))));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private RecordingObserver<WatchTopicsResponse> watch(String... topics) {
        RecordingObserver<WatchTopicsResponse> watch = new RecordingObserver<>();
        LogServiceGrpc.newStub(api.channel())
                .watchTopics(
                        WatchTopicsRequest.newBuilder().addAllTopics(List.of(topics)).build(),
                        watch);
        return watch;
    }

    private void elect(int partition, int epoch, OptionalInt leader) {
        api.view.publish(
                SampleCluster.after(
                        api.view.image(),
                        new PartitionChanged(
                                SampleCluster.partition(ORDERS, partition, epoch, leader, 1, 2))));
    }

    @Test
    void theFirstAnswerHasEveryTopicThatWasAskedForAndTheBrokers() throws Exception {
        WatchTopicsResponse first = watch("orders", "none", "orders").next();

        assertThat(first.getClusterId()).isEqualTo("the-cluster");
        assertThat(first.getVersion().getIndex()).isEqualTo(api.view.image().version().index());
        assertThat(first.getTopicsList())
                .singleElement()
                .satisfies(
                        topic -> {
                            assertThat(topic.getTopicId()).isEqualTo(ORDERS.toString());
                            assertThat(topic.getPartitionsList())
                                    .extracting(PartitionLeader::getLeaderId)
                                    .containsExactly(1, 1);
                        });
        assertThat(first.getUnknownTopicsList()).containsExactly("none");
        assertThat(first.getBrokersList())
                .as("3 is fenced")
                .extracting(BrokerAddress::getBrokerId)
                .containsExactly(1, 2);
        assertThat(first.getBrokers(1).getAddress()).isEqualTo("10.0.0.2:9650");
        assertThat(first.getRemovedBrokerIdsList()).isEmpty();
    }

    @Test
    void laterAnswersHaveWhatChangedAndOnlyThat() throws Exception {
        RecordingObserver<WatchTopicsResponse> watch = watch("orders", "other");
        watch.next();

        elect(1, 1, OptionalInt.of(2));
        WatchTopicsResponse moved = watch.next();
        assertThat(moved.getTopicsList())
                .extracting(TopicLeaders::getTopic)
                .containsExactly("orders");
        assertThat(moved.getTopics(0).getPartitions(1).getLeaderId()).isEqualTo(2);
        assertThat(moved.getTopics(0).getPartitions(1).getLeaderEpoch()).isEqualTo(1);
        assertThat(moved.getBrokersList()).isEmpty();

        elect(1, 2, OptionalInt.empty());
        assertThat(watch.next().getTopics(0).getPartitions(1).hasLeaderId()).isFalse();
    }

    @Test
    void changesThatAreNoneOfAClientsBusinessAreNotTold() throws Exception {
        RecordingObserver<WatchTopicsResponse> watch = watch("orders");
        watch.next();
        PartitionEntry whole = SampleCluster.partition(ORDERS, 0, 1, 2);
        PartitionEntry shrunk =
                new PartitionEntry(
                        ORDERS,
                        0,
                        whole.replicas(),
                        whole.leader(),
                        0,
                        1,
                        List.of(1),
                        List.of(2),
                        List.of(),
                        2,
                        false,
                        List.of(),
                        List.of());

        api.view.publish(SampleCluster.after(api.view.image(), new PartitionChanged(shrunk)));
        api.view.publish(SampleCluster.withTopic(api.view.image(), "unrelated", 1, 1));
        elect(1, 1, OptionalInt.of(2));

        assertThat(watch.next().getTopics(0).getPartitions(1).getLeaderId())
                .as("the first that is told")
                .isEqualTo(2);
    }

    @Test
    void aTopicIsToldAsItAppearsAndAsItGoes() throws Exception {
        RecordingObserver<WatchTopicsResponse> watch = watch("new");
        assertThat(watch.next().getUnknownTopicsList()).containsExactly("new");

        api.view.publish(SampleCluster.withTopic(api.view.image(), "new", 1, 1));
        assertThat(watch.next().getTopics(0).getTopic()).isEqualTo("new");

        api.view.publish(
                SampleCluster.after(
                        api.view.image(), new TopicDeleted(SampleCluster.topicId("new"))));
        WatchTopicsResponse gone = watch.next();
        assertThat(gone.getUnknownTopicsList()).containsExactly("new");
        assertThat(gone.getTopicsList()).isEmpty();
    }

    @Test
    void aTopicThatIsUnknownHereIsAskedOfTheControllerFirst() throws Exception {
        api.view.miss(SampleCluster.withTopic(api.view.image(), "new", 1, 1));

        WatchTopicsResponse first = watch("new").next();

        assertThat(first.getUnknownTopicsList()).isEmpty();
        assertThat(first.getTopics(0).getTopic()).isEqualTo("new");
    }

    @Test
    void brokersAreToldAsTheyComeAndGo() throws Exception {
        RecordingObserver<WatchTopicsResponse> watch = watch("orders");
        watch.next();

        api.view.publish(
                SampleCluster.after(api.view.image(), new BrokerChanged(SampleCluster.broker(3))));
        assertThat(watch.next().getBrokersList())
                .extracting(BrokerAddress::getBrokerId)
                .containsExactly(3);

        api.view.publish(
                SampleCluster.after(
                        api.view.image(),
                        new BrokerRemoved(3),
                        new BrokerChanged(SampleCluster.broker(2).withFenced(true))));
        WatchTopicsResponse gone = watch.next();
        assertThat(gone.getRemovedBrokerIdsList()).containsExactlyInAnyOrder(2, 3);
        assertThat(gone.getBrokersList()).isEmpty();
    }

    @Test
    void tooManyTopicsAndNoneAreRefused() throws Exception {
        for (List<String> topics :
                List.of(List.<String>of(), Collections.nCopies(10_001, "orders"))) {
            WatchTopicsRequest request =
                    WatchTopicsRequest.newBuilder().addAllTopics(topics).build();
            assertThat(
                            Failures.blamedField(
                                    () ->
                                            LogServiceGrpc.newBlockingStub(api.channel())
                                                    .watchTopics(request)
                                                    .hasNext()))
                    .isEqualTo("topics");
        }
    }

    @Test
    void whoHearsOfNoControllerSendsItsWatchersElsewhere() throws Exception {
        RecordingObserver<WatchTopicsResponse> watch = watch("orders");
        watch.next();

        api.view.loseControllers();

        assertThat(watch.failure().error()).isEqualTo(LogError.RECONNECT);
    }

    @Test
    void aWatchThatIsCancelledLeavesNothingBehind() throws Exception {
        int before = api.view.listeners();
        Context.CancellableContext context = Context.current().withCancellation();
        RecordingObserver<WatchTopicsResponse> watch = context.call(() -> watch("orders"));
        watch.next();
        assertThat(api.view.listeners()).isEqualTo(before + 1);

        context.cancel(null);

        Eventually.until("unsubscribed", () -> api.view.listeners() == before);
    }
}
