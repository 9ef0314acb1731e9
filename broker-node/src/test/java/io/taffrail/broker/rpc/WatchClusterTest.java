// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.BrokerState;
import io.taffrail.api.v1.ClusterEvent;
import io.taffrail.api.v1.ClusterEvent.EventCase;
import io.taffrail.api.v1.ClusterEventKind;
import io.taffrail.api.v1.WatchClusterRequest;
import io.taffrail.api.v1.WatchClusterResponse;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange.BrokerChanged;
import io.taffrail.model.cluster.MetadataChange.BrokerRemoved;
import io.taffrail.model.cluster.MetadataChange.PartitionChanged;
import io.taffrail.model.cluster.MetadataChange.TopicDeleted;
import io.taffrail.model.cluster.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WatchClusterTest {
    private static final TopicId ORDERS = SampleCluster.topicId("orders");

    private ApiFixture api;

    @BeforeEach
    void start() throws Exception {
        api =
                new ApiFixture(
                        SampleCluster.withTopic(SampleCluster.withBrokers(1, 2), "orders", 2, 1));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private RecordingObserver<WatchClusterResponse> watch(ClusterEventKind... kinds) {
        RecordingObserver<WatchClusterResponse> watch = new RecordingObserver<>();
        AdminServiceGrpc.newStub(api.channel())
                .watchCluster(
                        WatchClusterRequest.newBuilder().addAllKinds(List.of(kinds)).build(),
                        watch);
        return watch;
    }

    private static List<EventCase> cases(WatchClusterResponse response) {
        return response.getEventsList().stream().map(ClusterEvent::getEventCase).toList();
    }

    @Test
    void allThatIsComesFirst() throws Exception {
        WatchClusterResponse initial = watch().next();

        assertThat(initial.getInitialComplete()).isTrue();
        assertThat(initial.getVersion().getIndex()).isEqualTo(api.view.image().version().index());
        assertThat(cases(initial))
                .containsExactly(
                        EventCase.CONTROLLER,
                        EventCase.BROKER,
                        EventCase.BROKER,
                        EventCase.TOPIC,
                        EventCase.PARTITION,
                        EventCase.PARTITION);
        assertThat(initial.getEvents(0).getController().getActiveControllerId()).isEqualTo(1);
        assertThat(initial.getEvents(5).getPartition().getTopic()).isEqualTo("orders");
        assertThat(initial.getEvents(5).getPartition().getPartition().getPartition()).isEqualTo(1);
    }

    @Test
    void aLargeClusterComesInSeveralAnswersTheLastOfWhichSaysSo() throws Exception {
        api.view.publish(SampleCluster.withTopic(api.view.image(), "large", 2_000, 1));
        RecordingObserver<WatchClusterResponse> watch = watch();
        int answers = 0;
        int events = 0;
        WatchClusterResponse answer;
        do {
            answer = watch.next();
            answers++;
            events += answer.getEventsCount();
        } while (!answer.getInitialComplete());

        assertThat(answers).isGreaterThan(3);
        assertThat(events).isEqualTo(1 + 2 + 2 + 2_002);
        assertThat(watch.nextIfThere()).isEmpty();
    }

    @Test
    void thenEachChangeComes() throws Exception {
        RecordingObserver<WatchClusterResponse> watch = watch();
        watch.next();

        api.view.publish(
                SampleCluster.after(
                        api.view.image(),
                        new PartitionChanged(
                                SampleCluster.partition(ORDERS, 1, 3, OptionalInt.of(1), 1))));
        WatchClusterResponse elected = watch.next();
        assertThat(elected.getInitialComplete()).isFalse();
        assertThat(cases(elected)).containsExactly(EventCase.PARTITION);
        assertThat(elected.getEvents(0).getPartition().getPartition().getLeaderEpoch())
                .isEqualTo(3);

        api.view.publish(
                SampleCluster.after(
                        api.view.image(), new TopicDeleted(ORDERS), new BrokerRemoved(2)));
        WatchClusterResponse gone = watch.next();
        assertThat(cases(gone))
                .containsExactly(EventCase.REMOVED_BROKER_ID, EventCase.DELETED_TOPIC);
        assertThat(gone.getEvents(0).getRemovedBrokerId()).isEqualTo(2);
        assertThat(gone.getEvents(1).getDeletedTopic().getTopicId()).isEqualTo(ORDERS.toString());
    }

    @Test
    void aFencedBrokerIsToldWithThePartitionsWhoseReplicasItTakesOffline() throws Exception {
        RecordingObserver<WatchClusterResponse> watch = watch();
        watch.next();

        api.view.publish(
                SampleCluster.after(
                        api.view.image(),
                        new BrokerChanged(SampleCluster.broker(1).withFenced(true))));

        WatchClusterResponse fenced = watch.next();
        assertThat(cases(fenced))
                .containsExactly(EventCase.BROKER, EventCase.PARTITION, EventCase.PARTITION);
        assertThat(fenced.getEvents(0).getBroker().getState())
                .isEqualTo(BrokerState.BROKER_STATE_FENCED);
    }

    @Test
    void anotherActiveControllerIsToldWithoutANewImage() throws Exception {
        RecordingObserver<WatchClusterResponse> watch = watch();
        watch.next();

        api.view.setControllerId(OptionalInt.empty());

        WatchClusterResponse news = watch.next();
        assertThat(cases(news)).containsExactly(EventCase.CONTROLLER);
        assertThat(news.getEvents(0).getController().hasActiveControllerId()).isFalse();
    }

    @Test
    void onlyTheKindsThatWereAskedForCome() throws Exception {
        RecordingObserver<WatchClusterResponse> watch =
                watch(ClusterEventKind.CLUSTER_EVENT_KIND_TOPIC);
        assertThat(cases(watch.next())).containsExactly(EventCase.TOPIC);

        api.view.publish(
                SampleCluster.after(
                        api.view.image(),
                        new BrokerChanged(SampleCluster.broker(1).withReadOnly(true))));
        api.view.publish(SampleCluster.withTopic(api.view.image(), "next", 1, 1));

        assertThat(cases(watch.next())).containsExactly(EventCase.TOPIC);
    }

    @Test
    void aKindThatIsNoneIsRefused() throws Exception {
        for (WatchClusterRequest request :
                List.of(
                        WatchClusterRequest.newBuilder().addKindsValue(0).build(),
                        WatchClusterRequest.newBuilder().addKindsValue(99).build())) {
            assertThat(
                            Failures.blamedField(
                                    () ->
                                            AdminServiceGrpc.newBlockingStub(api.channel())
                                                    .watchCluster(request)
                                                    .hasNext()))
                    .isEqualTo("kinds");
        }
    }

    @Test
    void aSlowWatcherSkipsStatesAndNeverTheLastOne() throws Exception {
        api.view.publish(SampleCluster.withTopic(api.view.image(), "large", 4_000, 1));
        SlowWatch watch = new SlowWatch(api);
        watch.awaitOne(); // what is sent is more than the window: from here on the stream is full
        MetadataImage image = api.view.image();
        int states = 2_000;
        for (int epoch = 1; epoch <= states; epoch++) {
            image =
                    SampleCluster.after(
                            image,
                            new PartitionChanged(
                                    SampleCluster.partition(
                                            ORDERS, 0, epoch, OptionalInt.of(1), 1)));
            api.view.publish(image);
        }

        List<Integer> epochs = new ArrayList<>();
        while (epochs.isEmpty() || epochs.get(epochs.size() - 1) < states) {
            epochs.addAll(watch.nextEpochsOfOrders());
        }

        assertThat(epochs).as("in order").isSorted();
        assertThat(epochs.size()).as("of %d states", states).isLessThan(states / 2);
    }

    /** Takes one answer after the other, through a small window. */
    private static final class SlowWatch extends ClientCall.Listener<WatchClusterResponse> {
        private final BlockingQueue<WatchClusterResponse> answers = new LinkedBlockingQueue<>();
        private final ClientCall<WatchClusterRequest, WatchClusterResponse> call;

        SlowWatch(ApiFixture api) {
            call =
                    api.newChannelWithWindow(1 << 16)
                            .newCall(AdminServiceGrpc.getWatchClusterMethod(), CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.sendMessage(WatchClusterRequest.getDefaultInstance());
            call.halfClose();
        }

        @Override
        public void onMessage(WatchClusterResponse message) {
            answers.add(message);
        }

        WatchClusterResponse awaitOne() throws InterruptedException {
            call.request(1);
            WatchClusterResponse answer = answers.poll(30, TimeUnit.SECONDS);
            assertThat(answer).as("an answer within 30 s").isNotNull();
            return answer;
        }

        List<Integer> nextEpochsOfOrders() throws InterruptedException {
            return awaitOne().getEventsList().stream()
                    .filter(ClusterEvent::hasPartition)
                    .map(ClusterEvent::getPartition)
                    .filter(event -> event.getTopic().equals("orders"))
                    .filter(event -> event.getPartition().getPartition() == 0)
                    .map(event -> event.getPartition().getLeaderEpoch())
                    .toList();
        }
    }
}
