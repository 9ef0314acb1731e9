// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.cli.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLayoutTest {
    @TempDir private Path folder;

    @Test
    void everyNodeListsTheSameControllers() {
        ClusterLayout layout = ClusterLayout.from(9650, 4);

        assertThat(layout.bootstrap())
                .isEqualTo("127.0.0.1:9650,127.0.0.1:9660,127.0.0.1:9670,127.0.0.1:9680");
        String controllers =
                "controllers=0@127.0.0.1:9651:9650,1@127.0.0.1:9661:9660,2@127.0.0.1:9671:9670";
        assertThat(layout.settingsOf(2, folder))
                .contains("node.id=2", "roles=broker,controller", controllers);
        assertThat(layout.settingsOf(3, folder))
                .contains("node.id=3", "roles=broker", "http.listen=127.0.0.1:9682", controllers);
    }

    @Test
    void twoNodesHaveOneController() {
        assertThat(ClusterLayout.from(9650, 2).controllers()).isEqualTo(1);
    }

    @Test
    void freePortsAreAllDifferent() throws IOException {
        assertThat(
                        ClusterLayout.onFreePorts(5).nodes().stream()
                                .flatMap(node -> Stream.of(node.api(), node.raft(), node.http())))
                .hasSize(15)
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsKeptIsReadAgain() throws IOException {
        assertThat(ClusterLayout.load(folder)).isEmpty();
        ClusterLayout layout = ClusterLayout.from(12_000, 3);

        layout.save(folder);

        assertThat(ClusterLayout.load(folder)).contains(layout);
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Path file = folder.resolve("cluster.properties");
        Files.writeString(file, "controllers=1\nnode.0=127.0.0.1:1,127.0.0.1:2\n");
        assertThatThrownBy(() -> ClusterLayout.load(folder))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining(file + " is damaged")
                .hasMessageContaining("not three addresses");

        Files.writeString(file, "controllers=1\n");
        assertThatThrownBy(() -> ClusterLayout.load(folder)).hasMessageContaining("among 0 nodes");
    }

    @Test
    void portsThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> ClusterLayout.from(65_530, 3))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
