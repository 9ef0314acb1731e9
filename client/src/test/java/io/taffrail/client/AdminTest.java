// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.BrokerSummary;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.CreateTopicResponse;
import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.DecommissionBrokerResponse;
import io.taffrail.api.v1.DeleteTopicRequest;
import io.taffrail.api.v1.DeleteTopicResponse;
import io.taffrail.api.v1.DescribeClusterRequest;
import io.taffrail.api.v1.DescribeClusterResponse;
import io.taffrail.api.v1.ListTopicsRequest;
import io.taffrail.api.v1.ListTopicsResponse;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.api.v1.ReassignPartitionsResponse;
import io.taffrail.api.v1.TopicSummary;
import io.taffrail.api.v1.WatchClusterRequest;
import io.taffrail.api.v1.WatchClusterResponse;
import io.taffrail.client.admin.ClusterUpdate;
import io.taffrail.client.admin.ClusterWatch;
import io.taffrail.client.admin.DecommissionStatus;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.PartitionReassignment;
import io.taffrail.client.admin.ReassignmentResult;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AdminTest {
    private final FakeAdmin fake = new FakeAdmin();
    private Server server;
    private TaffrailClient client;

    @BeforeEach
    void start() throws IOException {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(fake)
                        .build()
                        .start();
        client = TaffrailClient.connect("127.0.0.1:" + server.getPort());
    }

    @AfterEach
    void stop() {
        client.close();
        server.shutdownNow();
    }

    @Test
    void makesATopicAsItIsAsked() {
        NewTopic topic = NewTopic.named("t").withPartitionCount(3).withConfig("retention.ms", "5");

        assertThat(TaffrailClient.await(client.admin().createTopic(topic)).topic()).isEqualTo("t");
        assertThat(fake.created.peek().getPartitionCount()).isEqualTo(3);
        assertThat(fake.created.peek().getConfigsMap()).containsEntry("retention.ms", "5");
    }

    @Test
    void listsEveryPage() {
        assertThat(TaffrailClient.await(client.admin().listTopics()))
                .extracting(io.taffrail.client.admin.TopicSummary::topic)
                .containsExactly("a", "b", "c");
    }

    @Test
    void saysWhyACallWasRefused() {
        fake.refusals.add(
                StatusTranslator.toException(
                        LogFailure.of(LogError.UNKNOWN_TOPIC, "no topic 'x'")));

        TaffrailException failure =
                catchThrowableOfType(TaffrailException.class, () -> deleteTopic("x"));

        assertThat(failure.reason()).contains(LogError.UNKNOWN_TOPIC);
        assertThat(failure.code()).isEqualTo("NOT_FOUND");
        assertThat(failure.retriable()).isFalse();
        assertThat(failure)
                .hasMessage(
                        "cannot delete topic 'x': no topic 'x' (broker 127.0.0.1:"
                                + server.getPort()
                                + ")");
    }

    @Test
    void readsAgainAfterAFailureThatPasses() {
        fake.refusals.add(Status.UNAVAILABLE.asRuntimeException());
        fake.refusals.add(
                StatusTranslator.toException(LogFailure.of(LogError.LEADER_UNKNOWN, "soon")));

        assertThat(TaffrailClient.await(client.admin().describeCluster()).clusterId())
                .isEqualTo("fake");
        assertThat(fake.calls).hasValue(3);
    }

    /** A cluster that has lost most of its nodes still says why it cannot do what is asked. */
    @Test
    void saysWhatABrokerAnsweredWhereOthersAreDown() throws IOException {
        fake.refusals.addAll(
                Collections.nCopies(
                        1_000,
                        StatusTranslator.toException(
                                LogFailure.of(LogError.NOT_CONTROLLER, "there is none"))));
        ClientSettings settings =
                ClientSettings.of("127.0.0.1:" + unusedPort() + ",127.0.0.1:" + server.getPort())
                        .withConnectTimeout(Duration.ofMillis(100))
                        .withRequestTimeout(Duration.ofSeconds(3));
        try (TaffrailClient patient = TaffrailClient.connect(settings)) {
            assertThatThrownBy(() -> TaffrailClient.await(patient.admin().describeCluster()))
                    .hasMessageContaining("there is none");
        }
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket bound = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return bound.getLocalPort();
        }
    }

    @Test
    void repeatsNoWriteThatMayBeDone() {
        fake.refusals.add(Status.UNAVAILABLE.asRuntimeException());

        assertThatThrownBy(() -> deleteTopic("x")).isInstanceOf(TaffrailException.class);

        assertThat(fake.calls).hasValue(1);
    }

    @Test
    void beginsAWatchAnewWhenItBreaks() {
        Queue<ClusterUpdate> told = new ConcurrentLinkedQueue<>();
        try (ClusterWatch watch = client.admin().watchCluster(told::add)) {
            Conditions.await("three beginnings", () -> told.size() >= 3);
            assertThat(watch.ended()).isNotDone();
        }

        List<ClusterUpdate> updates = List.copyOf(told);
        assertThat(updates.get(0).restarted()).isFalse();
        assertThat(updates.get(1).restarted()).isTrue();
        assertThat(updates.get(2).initialComplete()).isTrue();
    }

    @Test
    void movesPartitionsAndTellsWhatCameOfEach() {
        PartitionRef moved = PartitionRef.of("t", 0);
        PartitionRef refused = PartitionRef.of("t", 1);

        Map<PartitionRef, ReassignmentResult> results =
                TaffrailClient.await(
                        client.admin()
                                .reassignPartitions(
                                        List.of(
                                                PartitionReassignment.to(moved, List.of(2, 1)),
                                                PartitionReassignment.cancel(refused)),
                                        OptionalLong.of(5),
                                        true));

        ReassignPartitionsRequest asked = fake.reassigned.remove();
        assertThat(asked.getReassignments(0).getTarget().getBrokerIdsList()).containsExactly(2, 1);
        assertThat(asked.getReassignments(1).hasCancel()).isTrue();
        assertThat(asked.getThrottleBytesPerSecond()).isEqualTo(5);
        assertThat(asked.getValidateOnly()).isTrue();
        assertThat(results.get(moved).status().orElseThrow().copiedBytes()).hasValue(7);
        assertThat(results.get(moved).status().orElseThrow().remainingBytes()).isEmpty();
        assertThat(results.get(refused).error().orElseThrow().reason())
                .contains(LogError.INVALID_CONFIG);
    }

    @Test
    void asksAgainForWhatDoesNoHarmWhenRepeated() {
        fake.refusals.add(Status.UNAVAILABLE.asRuntimeException());

        DecommissionStatus status =
                TaffrailClient.await(client.admin().decommissionBroker(3, OptionalLong.empty()));

        assertThat(status.remainingReplicaCount()).isEqualTo(4);
        assertThat(status.broker().brokerId()).isEqualTo(3);
        assertThat(status.remainingBytes()).isEmpty();
        assertThat(status.stuckPartitions()).containsExactly(PartitionRef.of("t", 2));
        assertThat(fake.calls).hasValue(2);
    }

    private void deleteTopic(String topic) {
        TopicId deleted = TaffrailClient.await(client.admin().deleteTopic(topic));
        assertThat(deleted).isNotNull();
    }

    /** Answers as it is told, each refusal once. */
    private static final class FakeAdmin extends AdminServiceGrpc.AdminServiceImplBase {
        private final Queue<RuntimeException> refusals = new ConcurrentLinkedQueue<>();
        private final Queue<CreateTopicRequest> created = new ConcurrentLinkedQueue<>();
        private final Queue<ReassignPartitionsRequest> reassigned = new ConcurrentLinkedQueue<>();
        private final AtomicInteger calls = new AtomicInteger();

        private <A> void answer(StreamObserver<A> to, A answer) {
            calls.incrementAndGet();
            RuntimeException refusal = refusals.poll();
            if (refusal != null) {
                to.onError(refusal);
                return;
            }
            to.onNext(answer);
            to.onCompleted();
        }

        @Override
        public void createTopic(
                CreateTopicRequest request, StreamObserver<CreateTopicResponse> to) {
            created.add(request);
            CreateTopicResponse.Builder made = CreateTopicResponse.newBuilder();
            made.getTopicBuilder()
                    .setTopic(request.getTopic())
                    .setTopicId(TopicId.random().toString());
            answer(to, made.build());
        }

        @Override
        public void deleteTopic(
                DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> to) {
            answer(
                    to,
                    DeleteTopicResponse.newBuilder()
                            .setTopicId(TopicId.random().toString())
                            .build());
        }

        @Override
        public void listTopics(ListTopicsRequest request, StreamObserver<ListTopicsResponse> to) {
            String token = request.getPageToken();
            String name = token.isEmpty() ? "a" : token;
            ListTopicsResponse.Builder page = ListTopicsResponse.newBuilder();
            page.addTopics(
                    TopicSummary.newBuilder()
                            .setTopic(name)
                            .setTopicId(TopicId.random().toString()));
            if (!name.equals("c")) {
                page.setNextPageToken(name.equals("a") ? "b" : "c");
            }
            answer(to, page.build());
        }

        @Override
        public void reassignPartitions(
                ReassignPartitionsRequest request, StreamObserver<ReassignPartitionsResponse> to) {
            reassigned.add(request);
            ReassignPartitionsResponse.Builder response = ReassignPartitionsResponse.newBuilder();
            response.addResultsBuilder()
                    .setPartition(request.getReassignments(0).getPartition())
                    .getStatusBuilder()
                    .setPartition(request.getReassignments(0).getPartition())
                    .setCopiedBytes(7);
            response.addResultsBuilder()
                    .setPartition(request.getReassignments(1).getPartition())
                    .setError(
                            StatusTranslator.toStatus(
                                    LogFailure.of(LogError.INVALID_CONFIG, "no member is left")));
            answer(to, response.build());
        }

        @Override
        public void decommissionBroker(
                DecommissionBrokerRequest request, StreamObserver<DecommissionBrokerResponse> to) {
            answer(
                    to,
                    DecommissionBrokerResponse.newBuilder()
                            .setBroker(
                                    BrokerSummary.newBuilder().setBrokerId(request.getBrokerId()))
                            .setRemainingReplicaCount(4)
                            .addStuckPartitions(
                                    io.taffrail.api.v1.PartitionRef.newBuilder()
                                            .setTopic("t")
                                            .setPartition(2))
                            .build());
        }

        @Override
        public void describeCluster(
                DescribeClusterRequest request, StreamObserver<DescribeClusterResponse> to) {
            answer(to, DescribeClusterResponse.newBuilder().setClusterId("fake").build());
        }

        @Override
        public void watchCluster(
                WatchClusterRequest request, StreamObserver<WatchClusterResponse> to) {
            to.onNext(WatchClusterResponse.newBuilder().setInitialComplete(true).build());
            to.onError(
                    StatusTranslator.toException(LogFailure.of(LogError.RECONNECT, "on purpose")));
        }
    }
}
