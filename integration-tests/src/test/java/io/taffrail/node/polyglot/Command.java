// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program of another ecosystem: what it is called with, and what came of it. */
final class Command {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final List<String> words;
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Command(List<String> words) {
        this.words = List.copyOf(words);
    }

    /**
     * What a program left.
     *
     * @param output of stdout and stderr together
     */
    record Outcome(int exitCode, String output) {}

    static Command of(Object program, Object... arguments) {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        return new Command(words);
    }

    /** With a variable of the environment. */
    Command with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /**
     * Runs it to its end.
     *
     * @throws IOException if there is no such program
     */
    Outcome run() throws IOException {
        Path output = Files.createTempFile("command", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            return new Outcome(exitCode(builder.start()), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    private int exitCode(Process process) {
        try {
            if (process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new AssertionError(words + " did not end within " + TIMEOUT);
    }

    /**
     * Runs a step of an installation. Where it cannot be done the tests are skipped, but fail under
     * {@code CI=true}.
     */
    void runToInstall() {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            assertThat(System.getenv("CI")).as(obstacle.get()).isNotEqualTo("true");
            abort("these clients are not tested: " + obstacle.get());
        }
    }

    private Optional<String> obstacle() {
        try {
            Outcome outcome = run();
            return outcome.exitCode() == 0
                    ? Optional.empty()
                    : Optional.of(words + " failed: " + outcome.output());
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }
}
