// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import static io.taffrail.node.errors.PlainClient.append;
import static io.taffrail.node.errors.PlainClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.model.LogError;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a node answers as it stops, and after it was started again: on damaged bytes, with less room
 * on its disk than it is to keep free, and with connections that soon are too old.
 */
class RestartedNodeErrorsIT {
    private static final int ENTRY_HEADER_BYTES = 94;
    private static final String NEVER_ENOUGH_ROOM = "disk.reserve.bytes=1125899906842624";
    private static final String SHORT_CONNECTIONS = "api.connection.max.age.ms=1000";

    @TempDir private static Path folder;
    private static ErrorAnswer atStop;
    private static String damaged;
    private static String unreadable;
    private static String healthy;
    private static NodeProcess node;
    private static PlainClient client;

    @BeforeAll
    static void start() throws IOException {
        try (NodeProcess before = NodeProcess.start(folder);
                PlainClient early = new PlainClient(before.api())) {
            healthy = early.topicWith(1);
            damaged = early.topicWith(2);
            unreadable = early.newTopic(Map.of("segment.bytes", "1024"));
            for (int i = 0; i < 2; i++) {
                early.log().append(append(unreadable, "x".repeat(1000)).build());
            }
            StreamEnd<FetchResponse> stream = early.fetch(FetchOpen.newBuilder().setTopic(healthy));
            assertThat(stream.await(FetchResponse::hasOpened).getSlot()).isZero();
            assertThat(before.terminate()).as(before.log()).isZero();
            atStop = stream.failure();
            flipTheLastBitOf(damaged, before.data());
        }
        node = NodeProcess.start(folder, NEVER_ENOUGH_ROOM, SHORT_CONNECTIONS);
        client = new PlainClient(node.api());
    }

    /** Inside of the last record. */
    private static void flipTheLastBitOf(String topic, Path data) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        segmentOf(topic, data),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            long last = file.size() - 1;
            assertThat(last).isGreaterThan(ENTRY_HEADER_BYTES);
            ByteBuffer bits = ByteBuffer.allocate(1);
            assertThat(file.read(bits, last)).isEqualTo(1);
            bits.put(0, (byte) (bits.get(0) ^ 1)).flip();
            assertThat(file.write(bits, last)).isEqualTo(1);
        }
    }

    private static Path segmentOf(String topic, Path data) throws IOException {
        List<Path> segments = segmentsOf(topic, data);
        assertThat(segments).hasSize(1);
        return segments.get(0);
    }

    private static List<Path> segmentsOf(String topic, Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("logs"))) {
            return files.filter(file -> file.toString().contains("/" + topic + "-0."))
                    .filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @Test
    @Provokes(LogError.SHUTTING_DOWN)
    void streamOfANodeThatStops() {
        atStop.is(LogError.SHUTTING_DOWN).says("stopping");
    }

    private static ReadRequest from(String topic, long offset) {
        return ReadRequest.newBuilder()
                .setTopic(topic)
                .setStart(
                        StartPosition.newBuilder()
                                .setPosition(Position.newBuilder().setOffset(offset)))
                .build();
    }

    @Test
    @Provokes(LogError.CORRUPT_LOG)
    void bytesThatAreNotWhatWasWritten() {
        refused(() -> client.log().read(from(damaged, 1)))
                .is(LogError.CORRUPT_LOG)
                .with("offset", 1)
                .says(damaged);
    }

    @Test
    @Provokes(LogError.READ_FAILED)
    void bytesThatTheDiskDoesNotGive() throws IOException {
        List<Path> segments = segmentsOf(unreadable, node.data());
        assertThat(segments).hasSize(2);
        Files.delete(segments.get(0)); // closed, and held open by nobody
        refused(() -> client.log().read(from(unreadable, 0)))
                .is(LogError.READ_FAILED)
                .with("offset", 0)
                .says(unreadable);
    }

    @Test
    @Provokes(LogError.DISK_FULL)
    void diskBelowItsReserve() {
        refused(() -> client.log().append(append(healthy, "v").build())).is(LogError.DISK_FULL);
    }

    @Test
    @Provokes(LogError.RECONNECT)
    void connectionThatIsOld() {
        client.fetch(FetchOpen.newBuilder().setTopic(healthy)).failure().is(LogError.RECONNECT);
    }
}
