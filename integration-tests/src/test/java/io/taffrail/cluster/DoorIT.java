// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.DeleteRecordsRequest;
import io.taffrail.api.v1.DeleteRecordsTarget;
import io.taffrail.api.v1.InitProducerRequest;
import io.taffrail.api.v1.InitProducerResponse;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.api.v1.RecordPlace;
import io.taffrail.api.v1.Routing;
import io.taffrail.client.TaffrailClient;
import io.taffrail.model.LogError;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Any broker is a door: stock stubs that know one broker, and never look a leader up. */
@Timeout(300)
class DoorIT {
    private static final int NODES = 3;

    @TempDir private static Path folder;
    private static ClusterProcesses cluster;
    private static final Map<Integer, ManagedChannel> doors = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        cluster = ClusterProcesses.start(folder, ClusterLayout.combined(NODES));
        for (ClusterNode node : cluster.nodes()) {
            doors.put(
                    node.id(),
                    NettyChannelBuilder.forAddress(node.api().host(), node.api().port())
                            .usePlaintext()
                            .build());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        doors.values().forEach(ManagedChannel::shutdownNow);
        if (cluster != null) {
            cluster.close();
        }
    }

    /** With one partition led by each node. */
    private static void createTopic(String name) {
        try (TaffrailClient client = TaffrailClient.connect(cluster.bootstrap())) {
            var unused =
                    TaffrailClient.await(
                            client.admin().createTopic(FaultyCluster.topic(name, NODES, 0)));
        }
    }

    private static LogServiceGrpc.LogServiceBlockingStub at(int node) {
        return LogServiceGrpc.newBlockingStub(doors.get(node))
                .withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    private static NewRecord newRecord(String value) {
        return NewRecord.newBuilder().setValue(ByteString.copyFromUtf8(value)).build();
    }

    @Test
    void everyDoorLeadsToEveryPartition() {
        createTopic("doors");
        for (int door = 0; door < NODES; door++) {
            for (int partition = 0; partition < NODES; partition++) {
                AppendRequest request =
                        AppendRequest.newBuilder()
                                .setTopic("doors")
                                .setPartition(partition)
                                .addRecords(newRecord("from " + door))
                                .build();
                RecordPlace place = at(door).append(request).getPlaces(0);
                assertThat(place.getOffset()).isEqualTo(door);
            }
        }
        for (int door = 0; door < NODES; door++) {
            ListOffsetsRequest.Builder latest = ListOffsetsRequest.newBuilder();
            for (int partition = 0; partition < NODES; partition++) {
                ReadResponse read = at(door).read(readOf("doors", partition));
                assertThat(read.getRecordsList())
                        .extracting(each -> each.getValue().toStringUtf8())
                        .containsExactly("from 0", "from 1", "from 2");
                latest.addQueries(
                        OffsetQuery.newBuilder()
                                .setTopic("doors")
                                .setPartition(partition)
                                .setAnchor(Anchor.ANCHOR_LATEST));
            }
            assertThat(at(door).listOffsets(latest.build()).getResultsList())
                    .extracting(OffsetResult::hasError, result -> result.getPosition().getOffset())
                    .containsOnly(tuple(false, 3L));
        }
    }

    private static ReadRequest readOf(String topic, int partition) {
        return ReadRequest.newBuilder().setTopic(topic).setPartition(partition).build();
    }

    @Test
    void recordsAreDeletedThroughAnyDoor() {
        createTopic("trimmed");
        DeleteRecordsRequest.Builder request = DeleteRecordsRequest.newBuilder();
        for (int partition = 0; partition < NODES; partition++) {
            var unused =
                    at(0).append(
                                    AppendRequest.newBuilder()
                                            .setTopic("trimmed")
                                            .setPartition(partition)
                                            .addRecords(newRecord("a"))
                                            .build());
            request.addTargets(
                    DeleteRecordsTarget.newBuilder()
                            .setPartition(
                                    PartitionRef.newBuilder()
                                            .setTopic("trimmed")
                                            .setPartition(partition)));
        }
        var results =
                AdminServiceGrpc.newBlockingStub(doors.get(1))
                        .withDeadlineAfter(60, TimeUnit.SECONDS)
                        .deleteRecords(request.build())
                        .getResultsList();
        assertThat(results).hasSize(NODES);
        assertThat(results)
                .allSatisfy(result -> assertThat(result.getLogStartOffset()).isEqualTo(1));
    }

    @Test
    void whoWantsNoForwardingIsToldWhereTheLeaderIs() {
        createTopic("direct");
        ReadRequest request =
                readOf("direct", 1).toBuilder().setRouting(Routing.ROUTING_DIRECT_ONLY).build();
        try {
            throw new AssertionError(at(0).read(request));
        } catch (StatusRuntimeException e) {
            LogFailure failure = StatusTranslator.fromException(e).orElseThrow(() -> e);
            assertThat(failure.error()).isEqualTo(LogError.NOT_LEADER);
            assertThat(failure.metadata())
                    .containsEntry("leader_id", "1")
                    .containsEntry("leader_address", cluster.node(1).api().toString());
        }
    }

    /** The same request through the same door until it is answered: that is all a client does. */
    @Test
    void aClientThatRepeatsItselfAtOneDoorOutlivesTheLeader() throws Exception {
        createTopic("failover");
        InitProducerResponse producer =
                at(0).initProducer(InitProducerRequest.getDefaultInstance());
        for (int sequence = 0; sequence < 100; sequence++) {
            if (sequence == 50) {
                cluster.node(1).kill();
            }
            appendUntilAnswered(producer, sequence);
        }
        cluster.node(1).start();

        ReadResponse read = at(0).read(readOf("failover", 1));
        assertThat(read.getRecordsCount()).isEqualTo(100);
        for (int i = 0; i < 100; i++) {
            assertThat(read.getRecords(i).getValue().toStringUtf8()).isEqualTo("v" + i);
        }
    }

    private static void appendUntilAnswered(InitProducerResponse producer, int sequence)
            throws InterruptedException {
        AppendRequest request =
                AppendRequest.newBuilder()
                        .setTopic("failover")
                        .setPartition(1)
                        .setProducerId(producer.getProducerId())
                        .setProducerEpoch(producer.getProducerEpoch())
                        .setBaseSequence(sequence)
                        .addRecords(newRecord("v" + sequence))
                        .build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            try {
                var unused = at(0).append(request);
                return;
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode())
                        .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
                assertThat(System.nanoTime()).as("%s", e).isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(20); // a client's pause
            }
        }
    }
}
