// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.Cli;
import io.taffrail.cli.fake.FakeCluster;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The program as a process that a signal ends. */
class InterruptedConsumeTest {
    private static final int ENDED_BY_SIGTERM = 143;

    @Test
    void whatIsReadIsOutAtOnceAndASignalEndsItInOrder() throws Exception {
        try (FakeCluster cluster = FakeCluster.start()) {
            cluster.createTopic("one", 1);
            Cli.Result produced =
                    Cli.run(
                            "a\nb\n".getBytes(UTF_8),
                            "produce",
                            "one",
                            "--bootstrap",
                            cluster.bootstrap());
            assertThat(produced.exitCode()).as(produced.err()).isZero();
            Process consume =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "io.taffrail.cli.Main",
                                    "consume",
                                    "one",
                                    "--bootstrap",
                                    cluster.bootstrap())
                            .redirectErrorStream(true)
                            .start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(consume.getInputStream(), UTF_8))) {
                assertThat(lines.readLine()).isEqualTo("a");
                assertThat(lines.readLine()).isEqualTo("b");

                consume.toHandle().destroy();

                assertThat(lines.readLine()).isNull();
                assertThat(consume.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(consume.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
            } finally {
                consume.destroyForcibly();
            }
        }
    }
}
