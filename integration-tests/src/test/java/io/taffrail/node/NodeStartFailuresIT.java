// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads, and a supervisor gets, when a node cannot start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeStartFailuresIT {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Path folder;
    private NodeProcess running;
    private Path ofNode5;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        running = NodeProcess.start(Files.createDirectory(folder.resolve("running")));
        NodeProcess once =
                NodeProcess.start(Files.createDirectory(folder.resolve("once")), "node.id=5");
        assertThat(once.terminate()).isZero();
        ofNode5 = once.data();
    }

    @AfterAll
    void stop() {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        assertEnds("port", FAILED, running.api().toString(), "api.listen=" + running.api());
    }

    @Test
    void aKeyThatDoesNotExistIsNamedWithTheOneThatWasMeant() throws Exception {
        String log = assertEnds("keys", USAGE, "data.dirs", "data.dirs=/x", "node.id=minus one");
        assertThat(log).contains("did you mean 'data.dir'?").contains("node.id");
    }

    @Test
    void theDataOfAnotherNodeIsLeftAlone() throws Exception {
        String log = assertEnds("node", FAILED, "belongs to node 5", "data.dir=" + ofNode5);
        assertThat(log).contains("Set node.id to 5");
    }

    @Test
    void theDataOfAnotherClusterIsLeftAlone() throws Exception {
        assertEnds(
                "cluster",
                FAILED,
                "broker 5 belongs to the cluster",
                "data.dir=" + ofNode5,
                "node.id=5",
                "roles=broker",
                "controllers=0@127.0.0.1:1:" + running.api().port());
    }

    @Test
    void aLogOfRaftThatIsGoneIsMissed() throws Exception {
        Path raft = ofNode5.resolve("raft");
        Path elsewhere = Files.move(raft, folder.resolve("raft"));
        assertEnds("raft-gone", FAILED, raft.toString(), "data.dir=" + ofNode5, "node.id=5");
        Files.move(elsewhere, raft);
    }

    @Test
    void aSecondNodeOnTheSameDataDoesNotStart() throws Exception {
        String log =
                assertEnds("second", FAILED, "is in use: process", "data.dir=" + running.data());
        assertThat(log).contains(running.data().toString());
        assertThat(running.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void aDataDirectoryThatCannotBeWrittenIsNamed() throws Exception {
        Path data = Files.createDirectories(folder.resolve("read-only/data"));
        try (Mount mount = Mount.tmpfs(data, 1 << 20)) {
            mount.makeReadOnly();
            String log = assertEnds("read-only", FAILED, data.toString());
            assertThat(log).containsIgnoringCase("read-only file system");
        }
    }

    @Test
    void aFileInPlaceOfTheDataDirectoryIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no directory");
        assertEnds("place", FAILED, file.toString(), "data.dir=" + file);
    }

    /** Starts one that cannot run; returns all that it wrote. */
    private String assertEnds(String name, int exitCode, String words, String... sets)
            throws IOException {
        Path its = Files.createDirectories(folder.resolve(name));
        try (NodeProcess node = NodeProcess.prepare(its, sets)) {
            node.launch();
            assertThat(node.awaitEnd()).as(node.log()).isEqualTo(exitCode);
            assertThat(node.log()).contains(words).doesNotContain("\tat ");
            return node.log();
        }
    }
}
