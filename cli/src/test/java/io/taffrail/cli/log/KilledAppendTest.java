// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.Cli;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own. */
class KilledAppendTest {
    @TempDir Path temp;
    private Process process;

    private Process start(String... args) throws IOException {
        List<String> command =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.taffrail.cli.Main"));
        command.addAll(List.of(args));
        process =
                new ProcessBuilder(command)
                        .redirectError(temp.resolve("stderr").toFile())
                        .redirectOutput(temp.resolve("stdout").toFile())
                        .start();
        return process;
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    @Test
    void aKilledAppendLeavesAPrefixAndIsGoneOnWith() throws Exception {
        Path log = temp.resolve("log");
        Process append = start("log", "append", log.toString(), "--batch-bytes", "10000");
        byte[] chunk = "x".repeat(99).concat("\n").repeat(1000).getBytes(UTF_8);
        OutputStream in = append.getOutputStream();
        for (int i = 0; i < 300 || sizeOf(log) == 0; i++) {
            in.write(chunk);
            in.flush();
        }
        awaitGrowth(log);
        Cli.Result meanwhile = TestLog.append(log, chunk, List.of());
        assertThat(meanwhile.err()).contains("another process is appending to this log");
        assertThat(Cli.run("log", "cat", log).exitCode()).isZero();

        assertThat(append.destroyForcibly().waitFor()).isNotZero();

        Cli.Result before = Cli.run("log", "cat", log);
        assertThat(before.exitCode()).as(before.err()).isZero();
        assertThat(before.lines()).isNotEmpty().containsOnly("x".repeat(99));
        assertThat(Cli.run("log", "verify", log).exitCode()).isZero();
        Cli.Result again = TestLog.append(log, "the end\n".getBytes(UTF_8), List.of());
        assertThat(again.exitCode()).as(again.err()).isZero();
        Cli.Result after = Cli.run("log", "cat", log);
        assertThat(after.lines()).hasSize(before.lines().size() + 1).last().isEqualTo("the end");
        Cli.Result verify = Cli.run("log", "verify", log);
        assertThat(verify.exitCode()).as(verify.out()).isZero();
    }

    private static long sizeOf(Path log) throws IOException {
        Path first = log.resolve("00000000000000000000.log");
        return Files.exists(first) ? Files.size(first) : 0;
    }

    private static void awaitGrowth(Path log) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (sizeOf(log) < 1_000_000) {
            assertThat(System.nanoTime()).as("the log grows").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Test
    void theProcessExitsWithItsCode() throws Exception {
        assertThat(start("log", "cat", temp.resolve("missing").toString()).waitFor()).isEqualTo(1);
        assertThat(Files.readString(temp.resolve("stderr")))
                .contains("taffrail log cat: ", "there is no such directory")
                .doesNotContain("\tat ");
        assertThat(start("log", "cat").waitFor()).isEqualTo(2);
        assertThat(start("--version").waitFor()).isZero();
        assertThat(Files.readString(temp.resolve("stdout"))).startsWith("taffrail ");
    }
}
