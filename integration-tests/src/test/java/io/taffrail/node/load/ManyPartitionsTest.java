// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.v1.Anchor;
import io.taffrail.api.v1.DescribeTopicRequest;
import io.taffrail.api.v1.DescribeTopicResponse;
import io.taffrail.api.v1.ListOffsetsRequest;
import io.taffrail.api.v1.ListTopicsRequest;
import io.taffrail.api.v1.OffsetQuery;
import io.taffrail.api.v1.OffsetResult;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with a thousand partitions: made, used, and up again after a stop and after a crash. */
class ManyPartitionsTest {
    private static final String TOPIC = "many";
    private static final int PARTITIONS = 1000;
    private static final int BATCH_RECORDS = 5;
    private static final Duration READ = Duration.ofSeconds(90);
    private static final RecordBatch BATCH = Batches.random(4, BATCH_RECORDS, 200);

    /** Some thirty times what an idle machine of two processors needs. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final long LIMIT_HEAP_BYTES_PER_PARTITION = 64 << 10;

    @TempDir Path folder;

    private interface Step {
        void run() throws IOException;
    }

    @Test
    void aThousandPartitionsAreMadeUsedAndBackAfterAStopAndACrash() throws IOException {
        try (NodeProcess node = NodeProcess.start(folder, "disk.reserve.bytes=0")) {
            try (NodeChannel channel = NodeChannel.to(node)) {
                NodeFigures before = NodeFigures.afterCollection(node);
                timed("create", () -> channel.createTopic(TOPIC, PARTITIONS));
                timed("first append to each", () -> appendToAll(channel));
                NodeFigures used = NodeFigures.afterCollection(node);
                printPerPartition(before, used, node);
                assertThat((used.heapBytes() - before.heapBytes()) / PARTITIONS)
                        .isLessThan(LIMIT_HEAP_BYTES_PER_PARTITION);
                timed("append to each", () -> appendToAll(channel));
                timed("list", () -> requireEnds(channel, 2));
                timed("describe", () -> requireDescribed(channel));
            }
            assertThat(node.log()).as("it is at work, not away").doesNotContain("is fenced");
            timed("clean stop", () -> assertThat(node.terminate()).isZero());
            timed("start after it", node::start);
            try (NodeChannel channel = NodeChannel.to(node)) {
                requireEnds(channel, 2);
                timed("append to each", () -> appendToAll(channel));
            }
            assertThat(node.log()).as("it is at work, not away").doesNotContain("is fenced");
            node.kill();
            timed("start after a crash", node::start);
            try (NodeChannel channel = NodeChannel.to(node)) {
                requireEnds(channel, 3);
                timed("append to each", () -> appendToAll(channel));
                timed("read all", () -> readAll(channel, 4));
                requireDescribed(channel);
            }
        }
    }

    private static void timed(String what, Step step) throws IOException {
        long begun = System.nanoTime();
        step.run();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("[load] %d partitions, %s: %d ms%n", PARTITIONS, what, took.toMillis());
        assertThat(took).as(what).isLessThan(LIMIT);
    }

    private static void printPerPartition(NodeFigures before, NodeFigures used, NodeProcess node)
            throws IOException {
        System.out.printf(
                "[load] %d partitions: %d bytes of heap each, %d of direct buffers, %d resident, %.1f"
                        + " open files%n",
                PARTITIONS,
                (used.heapBytes() - before.heapBytes()) / PARTITIONS,
                (used.directBytes() - before.directBytes()) / PARTITIONS,
                (used.residentBytes() - before.residentBytes()) / PARTITIONS,
                node.metric("process_files_open_files") / PARTITIONS);
    }

    private static void appendToAll(NodeChannel channel) {
        try (AppendStream producer = new AppendStream(channel, TOPIC)) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                producer.append(partition, BATCH);
            }
            producer.flush();
        }
    }

    private static void requireEnds(NodeChannel channel, int appends) {
        ListOffsetsRequest.Builder request = ListOffsetsRequest.newBuilder();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            request.addQueries(
                    OffsetQuery.newBuilder()
                            .setTopic(TOPIC)
                            .setPartition(partition)
                            .setAnchor(Anchor.ANCHOR_LATEST));
        }
        assertThat(channel.log().listOffsets(request.build()).getResultsList())
                .hasSize(PARTITIONS)
                .allMatch(result -> !result.hasError())
                .extracting(OffsetResult::getPosition)
                .allMatch(end -> end.getOffset() == (long) appends * BATCH_RECORDS);
    }

    private static void requireDescribed(NodeChannel channel) {
        assertThat(
                        channel.admin()
                                .listTopics(ListTopicsRequest.getDefaultInstance())
                                .getTopicsList())
                .anyMatch(topic -> topic.getPartitionCount() == PARTITIONS);
        DescribeTopicRequest.Builder request =
                DescribeTopicRequest.newBuilder().setTopic(TOPIC).setIncludeProgress(true);
        int described = 0;
        do {
            DescribeTopicResponse page = channel.admin().describeTopic(request.build());
            described += page.getTopic().getPartitionsCount();
            assertThat(page.getTopic().getPartitionsList()).allMatch(each -> each.hasLeaderId());
            request.setPageToken(page.getNextPageToken());
        } while (!request.getPageToken().isEmpty());
        assertThat(described).isEqualTo(PARTITIONS);
    }

    private static void readAll(NodeChannel channel, int appends) {
        try (ReadStream reader = new ReadStream(channel)) {
            reader.takeAll();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                reader.grantBack(partition + 1);
                reader.open(partition + 1, TOPIC, partition, ReadStream.earliest(), 1 << 20);
            }
            long all = (long) PARTITIONS * appends * BATCH_RECORDS;
            reader.await("all records", READ, () -> reader.records() == all);
        }
    }
}
