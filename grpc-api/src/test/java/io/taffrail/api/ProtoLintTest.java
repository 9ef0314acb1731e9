// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs {@code buf} over the .proto files. It comes as a package of npm, which is not everywhere:
 * where it cannot be had the test is skipped, but fails under {@code CI=true}.
 */
class ProtoLintTest {
    private static final String BUF_VERSION = System.getProperty("buf.version");
    private static final Path HOME = Path.of("target", "buf-" + BUF_VERSION);
    private static final Path BUF = HOME.resolve(Path.of("node_modules", ".bin", "buf"));
    private static final int TIMEOUT_SECONDS = 60;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        if (Files.exists(BUF)) {
            return;
        }
        Files.createDirectories(HOME);
        String pack = "@bufbuild/buf@" + BUF_VERSION;
        try {
            Outcome outcome =
                    run(
                            List.of(
                                    "npm",
                                    "install",
                                    "--no-audit",
                                    "--no-fund",
                                    "--prefix",
                                    HOME.toString(),
                                    pack));
            if (outcome.exitCode() != 0) {
                cannotRun("npm cannot install " + pack + ": " + outcome.output());
            }
        } catch (IOException e) {
            cannotRun("there is no npm here: " + e.getMessage());
        }
    }

    private static void cannotRun(String why) {
        assertThat(System.getenv("CI")).as(why).isNotEqualTo("true");
        abort("the .proto files are not checked: " + why);
    }

    @Test
    void followsTheStandardRules() throws IOException, InterruptedException {
        assertThat(buf("lint")).isEqualTo(new Outcome(0, ""));
    }

    @Test
    void isFormatted() throws IOException, InterruptedException {
        assertThat(buf("format", "--diff", "--exit-code")).isEqualTo(new Outcome(0, ""));
    }

    private static Outcome buf(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(BUF.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static Outcome run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(HOME, "output", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Outcome(-1, "not done after " + TIMEOUT_SECONDS + " s");
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    private record Outcome(int exitCode, String output) {}
}
