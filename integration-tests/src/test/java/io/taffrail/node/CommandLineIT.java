// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.HostPort;
import io.taffrail.node.Taffrail.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads, and a script gets, when a command cannot be done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLineIT {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Path folder;
    private NodeProcess node;
    private Taffrail taffrail;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        node = NodeProcess.start(folder);
        taffrail = new Taffrail(folder, node.api());
    }

    @AfterAll
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void aFlagThatDoesNotExistIsNamed() throws Exception {
        Outcome outcome = taffrail.run("consume", "orders", "--until-the-end");
        assertWords(outcome, USAGE, "Unknown option: '--until-the-end'");
        assertThat(outcome.err()).contains("--until-end").contains("taffrail consume --help");
    }

    @Test
    void aCommandThatDoesNotExistIsNamed() throws Exception {
        assertWords(taffrail.run("produse", "orders"), USAGE, "'produse'");
    }

    @Test
    void aMissingTopicArgumentIsNamed() throws Exception {
        assertWords(taffrail.run("produce"), USAGE, "TOPIC");
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        String missing = folder.resolve("missing.txt").toString();
        Outcome outcome = taffrail.run("produce", "orders", missing);
        assertOneLine(outcome, missing + ": there is no such file or directory");
    }

    @Test
    void anUnknownTopicIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("line.txt"), "a line\n");
        Outcome produced = taffrail.run("produce", "no-such-topic", file.toString());
        assertOneLine(produced, "no-such-topic");
        assertThat(produced.err()).contains("taffrail topic create");
        assertOneLine(taffrail.run("consume", "no-such-topic", "--until-end"), "no-such-topic");
        assertOneLine(taffrail.run("topic", "describe", "no-such-topic"), "no-such-topic");
    }

    @Test
    void aTopicThatIsThereAlreadyIsNamed() throws Exception {
        taffrail.run("topic", "create", "twice").requireDone();
        assertOneLine(taffrail.run("topic", "create", "twice"), "twice");
        taffrail.run("topic", "create", "twice", "--if-not-exists").requireDone();
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws Exception {
        Taffrail elsewhere = new Taffrail(folder.resolve("."), new HostPort("127.0.0.1", 1));
        Outcome outcome = elsewhere.run("topic", "list");
        assertOneLine(outcome, "127.0.0.1:1");
        assertThat(outcome.err()).contains("--bootstrap");
    }

    private static void assertOneLine(Outcome outcome, String words) throws IOException {
        assertWords(outcome, FAILED, words);
        assertThat(outcome.err().lines()).as(outcome.err()).hasSize(1);
    }

    private static void assertWords(Outcome outcome, int exitCode, String words)
            throws IOException {
        assertThat(outcome.err()).startsWith("taffrail").contains(words).doesNotContain("\tat ");
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.out()).isEmpty();
    }
}
