// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of lines goes into a topic and comes out as it was, through processes of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FileRoundTripIT {
    private static final long BYTES = 50_000_000;
    private static final long SMALL_BYTES = 8_000_000;
    private static final long SOAK_BYTES = 1_000_000_000;
    private static final Pattern OPENED =
            Pattern.compile("replicas are open.* (\\d+) bytes verified");

    private Path folder;
    private Path file;
    private Path smallFile;
    private NodeProcess node;
    private Taffrail taffrail;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        file = write("lines.txt", BYTES);
        smallFile = write("some-lines.txt", SMALL_BYTES);
        node = NodeProcess.start(folder);
        taffrail = new Taffrail(folder, node.api());
    }

    @AfterAll
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void comesOutAsItWentIn(String compression) throws Exception {
        produce("lines-" + compression, compression, file);
        assertComesOut("lines-" + compression, file);
    }

    @Test
    void comesOutAfterAnOrderlyStop() throws Exception {
        produce("stopped", "lz4", smallFile);
        assertThat(node.terminate()).isZero();
        assertThat(node.log()).containsPattern("stopped: \\d+ logs are closed");
        assertThat(node.data().resolve("clean-shutdown")).exists();
        node.start();
        assertThat(node.data().resolve("clean-shutdown")).doesNotExist();
        assertThat(verifiedBytes()).isZero();
        assertComesOut("stopped", smallFile);
    }

    @Test
    void comesOutAfterAKill() throws Exception {
        produce("killed", "none", smallFile);
        node.kill();
        node.start();
        assertThat(verifiedBytes()).isPositive();
        assertComesOut("killed", smallFile);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    @Tag("soak")
    void comesOutWhenItIsAGigabyte(String compression) throws Exception {
        Path large = write("large-" + compression, SOAK_BYTES);
        produce("large-lines-" + compression, compression, large);
        assertComesOut("large-lines-" + compression, large);
        Files.delete(large);
    }

    private Path write(String name, long bytes) throws IOException {
        Path written = folder.resolve(name);
        SampleFile.write(written, bytes, bytes);
        return written;
    }

    /** What the last start read of the logs, and verified. */
    private long verifiedBytes() throws IOException {
        Matcher opened = OPENED.matcher(node.log());
        assertThat(opened.find()).as("%s in %s", OPENED, node.log()).isTrue();
        return Long.parseLong(opened.group(1));
    }

    private void produce(String topic, String compression, Path lines) throws Exception {
        try (TaffrailClient client = TaffrailClient.connect(node.api().toString())) {
            TaffrailClient.await(client.admin().createTopic(NewTopic.named(topic)));
        }
        taffrail.run("produce", topic, lines.toString(), "--compression", compression)
                .requireDone();
    }

    /** With a newline behind the last line, as {@code consume} writes one behind each. */
    private void assertComesOut(String topic, Path lines) throws Exception {
        Path out = taffrail.run("consume", topic, "--until-end").requireDone().outFile();
        Path expected = folder.resolve("expected-" + topic);
        Files.copy(lines, expected);
        Files.writeString(expected, "\n", StandardOpenOption.APPEND);
        assertThat(Files.mismatch(expected, out)).as("first byte that differs").isEqualTo(-1);
        Files.delete(expected);
        Files.delete(out);
    }
}
