// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.examples.FirstSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private static final Path EXAMPLE =
            Path.of("src/test/java/io/taffrail/client/examples/FirstSteps.java");
    private static final Path DOCUMENTATION =
            Path.of("src/main/java/io/taffrail/client/package-info.java");

    @Test
    void theDocumentedExampleIsTheOneThatIsCompiled() throws IOException {
        List<String> lines = Files.readAllLines(EXAMPLE);
        String code =
                lines
                        .subList(
                                lines.indexOf("        // begin") + 1,
                                lines.indexOf("        // end"))
                        .stream()
                        .map(line -> line.isEmpty() ? " *" : " * " + line.substring(8))
                        .collect(Collectors.joining("\n"));

        assertThat(Files.readString(DOCUMENTATION)).contains("{@code\n" + code + "\n * }");
    }

    @Test
    void theDocumentedExampleRuns() {
        try (FakeCluster cluster = new FakeCluster(1)) {
            cluster.createTopic("greetings", 3);

            FirstSteps.run(cluster.bootstrap());

            assertThat(cluster.values("greetings")).contains(List.of("hello"));
        }
    }
}
