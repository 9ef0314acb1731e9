// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.AppendRequest;
import io.taffrail.api.v1.AppendResponse;
import io.taffrail.api.v1.NewRecord;
import io.taffrail.api.v1.Position;
import io.taffrail.api.v1.ReadRequest;
import io.taffrail.api.v1.ReadResponse;
import io.taffrail.api.v1.StartPosition;
import io.taffrail.node.NodeProcess;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A well-behaved client on a connection of its own: appends a record, reads it back, again and
 * again while others misbehave. It retries nothing: the first call that fails is the test's
 * failure.
 */
public final class Bystander implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(60);

    private final NodeChannel node;
    private final String topic;
    private final Thread thread = new Thread(this::run, "bystander");
    private volatile boolean stopped;
    private final AtomicLong roundTrips = new AtomicLong();
    private volatile long slowestNanos;
    private volatile Throwable failure;

    /** Starts one with a topic of this name, which nobody else writes to. */
    public Bystander(NodeProcess process, String topic) {
        this.node = NodeChannel.to(process);
        this.topic = topic;
        node.createTopic(topic, 1);
        thread.start();
    }

    private void run() {
        try {
            while (!stopped) {
                long begun = System.nanoTime();
                roundTrip(node, topic, roundTrips.get());
                slowestNanos = Math.max(slowestNanos, System.nanoTime() - begun);
                roundTrips.incrementAndGet();
                ReadStream.pause();
            }
        } catch (RuntimeException | AssertionError e) {
            failure = e;
        }
    }

    /** Appends a record that must get this offset, and reads it. */
    public static void roundTrip(NodeChannel node, String topic, long offset) {
        ByteString value = ByteString.copyFrom("record " + offset, UTF_8);
        AppendResponse appended =
                node.log()
                        .append(
                                AppendRequest.newBuilder()
                                        .setTopic(topic)
                                        .setPartition(0)
                                        .addRecords(NewRecord.newBuilder().setValue(value))
                                        .build());
        assertThat(appended.getPlaces(0).getOffset()).isEqualTo(offset);
        ReadResponse read =
                node.log()
                        .read(
                                ReadRequest.newBuilder()
                                        .setTopic(topic)
                                        .setPartition(0)
                                        .setStart(
                                                StartPosition.newBuilder()
                                                        .setPosition(
                                                                Position.newBuilder()
                                                                        .setOffset(offset)))
                                        .build());
        assertThat(read.getRecordsList()).hasSize(1);
        assertThat(read.getRecords(0).getValue()).isEqualTo(value);
    }

    /** Waits for so many more round trips, and fails if one has failed. */
    public void awaitRoundTrips(int more) {
        long goal = roundTrips.get() + more;
        long deadline = System.nanoTime() + STOP.toNanos();
        while (roundTrips.get() < goal && failure == null) {
            assertThat(System.nanoTime()).as("the bystander gets on").isLessThan(deadline);
            ReadStream.pause();
        }
        checkUndisturbed();
    }

    /** Fails if a call has failed. */
    public void checkUndisturbed() {
        assertThat(failure).as("the bystander's failure").isNull();
    }

    /** The slowest append and read so far. */
    public Duration slowest() {
        return Duration.ofNanos(slowestNanos);
    }

    /** Appends and reads so far. */
    public long roundTrips() {
        return roundTrips.get();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            node.close();
        }
    }
}
