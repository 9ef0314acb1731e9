// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.node.Taffrail.Outcome;
import io.taffrail.node.Taffrail.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up while somebody produces: nothing dies, and it all goes on by itself. */
class FullDiskIT {
    private static final long DISK_BYTES = 60_000_000;
    private static final long FILE_BYTES = 50_000_000;
    private static final String TOPIC = "full";

    @TempDir private Path folder;

    @Test
    void refusesWhatHasNoRoomAndGoesOnWhenThereIsRoom() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path file = folder.resolve("lines.txt");
        SampleFile.write(file, FILE_BYTES, 3);
        try (Mount disk = Mount.tmpfs(data, DISK_BYTES);
                NodeProcess node = startNode();
                TaffrailClient client = TaffrailClient.connect(node.api().toString())) {
            TaffrailClient.await(client.admin().createTopic(NewTopic.named(TOPIC)));
            Taffrail taffrail = new Taffrail(folder, node.api());

            assertRefusal(taffrail.run("produce", TOPIC, file.toString(), "--timeout", "3"));
            assertThat(disk.freeBytes()).as("the reserve is not touched").isGreaterThan(5_000_000);
            assertServesReads(taffrail, file);

            try (Running waiting = taffrail.start("produce", TOPIC, "--message", "at last")) {
                Map<String, String> retention = Map.of("retention.bytes", "5000000");
                TaffrailClient.await(client.admin().alterTopicConfig(TOPIC, retention, Set.of()));
                waiting.await().requireDone();
            }
            Outcome last = taffrail.run("consume", TOPIC, "--tail", "1", "--until-end");
            assertThat(last.requireDone().out()).isEqualTo("at last\n");
            assertThat(node.terminate()).isZero();
        }
    }

    private NodeProcess startNode() throws Exception {
        return NodeProcess.start(
                folder,
                "disk.reserve.bytes=12000000",
                "topic.segment.bytes=2000000",
                "retention.interval.ms=300");
    }

    private static void assertRefusal(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.err())
                .containsPattern("line \\d+ is not stored")
                .contains("Make room on the broker's disk")
                .doesNotContain("\tat ");
        assertThat(outcome.err().lines()).as(outcome.err()).hasSize(1);
    }

    private static void assertServesReads(Taffrail taffrail, Path file) throws Exception {
        Outcome read = taffrail.run("consume", TOPIC, "--max-records", "1000").requireDone();
        long size = Files.size(read.outFile());
        assertThat(size).isPositive();
        assertThat(Files.mismatch(file, read.outFile())).as("the file's beginning").isEqualTo(size);
    }
}
