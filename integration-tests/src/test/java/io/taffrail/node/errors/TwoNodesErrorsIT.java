// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import static io.taffrail.node.errors.PlainClient.append;
import static io.taffrail.node.errors.PlainClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.api.v1.Routing;
import io.taffrail.model.LogError;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered where it takes two: another leader, a follower that pauses or is gone. */
class TwoNodesErrorsIT {
    private static final int DOOR = 0;
    private static final int OTHER = 1;
    private static final long FENCED_WITHIN_S = 60;

    /** So that a paused broker is not given up while a test looks at what its pause does. */
    private static final String PATIENCE = "session.timeout.ms=60000";

    @TempDir private static Path doorFolder;
    @TempDir private static Path otherFolder;
    private static NodeProcess door; // and the controller
    private static NodeProcess other;
    private static PlainClient client;

    @BeforeAll
    static void start() throws IOException {
        door = NodeProcess.start(doorFolder, "node.id=" + DOOR, PATIENCE);
        other = startOther();
        client = new PlainClient(door.api());
    }

    /** It needs no Raft address: it has no vote. */
    private static NodeProcess startOther() throws IOException {
        return NodeProcess.start(
                otherFolder,
                "node.id=" + OTHER,
                "roles=broker",
                "controllers=%d@127.0.0.1:1:%d".formatted(DOOR, door.api().port()),
                PATIENCE);
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (other != null) {
            other.close();
        }
        if (door != null) {
            door.close();
        }
    }

    @Test
    @Provokes(LogError.NOT_LEADER)
    void partitionOfAnotherBroker() {
        String topic = topicOn(OTHER);
        client.produce(
                        ProduceRequest.newBuilder()
                                .setOpen(
                                        ProduceOpen.newBuilder()
                                                .setTopic(topic)
                                                .setRouting(Routing.ROUTING_DIRECT_ONLY))
                                .build())
                .failure()
                .is(LogError.NOT_LEADER)
                .with("leader_id", OTHER)
                .with("leader_address", other.api());
    }

    @Test
    @Provokes(LogError.NOT_COMMITTED_IN_TIME)
    void followerThatPauses() throws IOException {
        String topic = topicOn(DOOR, OTHER);
        signalOther("STOP");
        try {
            client.produce(
                            ProduceRequest.newBuilder()
                                    .setOpen(
                                            ProduceOpen.newBuilder()
                                                    .setTopic(topic)
                                                    .setTimeoutMs(100))
                                    .addRecords(PlainClient.record(ByteString.copyFromUtf8("v")))
                                    .build())
                    .failure()
                    .is(LogError.NOT_COMMITTED_IN_TIME)
                    .says(topic);
        } finally {
            signalOther("CONT");
        }
    }

    @Test
    @Provokes(LogError.NOT_ENOUGH_REPLICAS)
    void followerThatIsGone() throws IOException {
        String topic = topicOn(DOOR, OTHER);
        other.kill();
        try {
            refusedOnceFenced(topic)
                    .is(LogError.NOT_ENOUGH_REPLICAS)
                    .with("in_sync", 1)
                    .with("required", 2)
                    .says(topic);
        } finally {
            other.start();
        }
    }

    /** Until the controllers have given it up, an append waits for the follower in vain. */
    private static ErrorAnswer refusedOnceFenced(String topic) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FENCED_WITHIN_S);
        while (true) {
            ErrorAnswer answer =
                    refused(
                            () ->
                                    client.log()
                                            .withDeadlineAfter(1, TimeUnit.SECONDS)
                                            .append(append(topic, "v").build()));
            if (answer.isOf(LogError.NOT_ENOUGH_REPLICAS) || System.nanoTime() > deadline) {
                return answer;
            }
        }
    }

    private static String topicOn(Integer... brokers) {
        return client.create(
                CreateTopicRequest.newBuilder()
                        .addAssignments(
                                ReplicaAssignment.newBuilder().addAllBrokerIds(List.of(brokers))));
    }

    private static void signalOther(String signal) throws IOException {
        Process kill =
                new ProcessBuilder("kill", "-" + signal, String.valueOf(other.pid())).start();
        assertThat(kill.onExit().join().exitValue()).isZero();
    }
}
