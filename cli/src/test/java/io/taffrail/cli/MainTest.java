// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHelps(List<String> command) {
        Cli.Result help = Cli.run(Stream.concat(command.stream(), Stream.of("--help")).toArray());

        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .startsWith(("Usage: taffrail " + String.join(" ", command)).strip())
                .contains("Exit codes: 0");
        assertThat(help.err()).isEmpty();
    }

    static Stream<Arguments> commands() {
        return Stream.of(
                        List.of(),
                        List.of("log"),
                        List.of("log", "append"),
                        List.of("log", "cat"),
                        List.of("log", "dump"),
                        List.of("log", "verify"),
                        List.of("completion"))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("wrongCalls")
    void whoCallsItWronglyIsTold(List<String> args, String message) {
        Cli.Result result = Cli.run(args.toArray());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(message).contains("--help");
    }

    static Stream<Arguments> wrongCalls() {
        return Stream.of(
                Arguments.of(List.of(), "subcommand"),
                Arguments.of(List.of("log"), "subcommand"),
                Arguments.of(List.of("lgo"), "lgo"),
                Arguments.of(List.of("log", "append"), "DIR"),
                Arguments.of(List.of("log", "append", "d", "--compress", "zstd"), "--compress"),
                Arguments.of(List.of("log", "append", "d", "--compression", "brotli"), "brotli"),
                Arguments.of(List.of("log", "append", "d", "--batch-bytes", "x"), "--batch-bytes"),
                Arguments.of(List.of("log", "append", "d", "--batch-bytes", "0"), "--batch-bytes"),
                Arguments.of(List.of("log", "append", "d", "--flush", "never"), "never"),
                Arguments.of(
                        List.of("log", "append", "d", "--segment-bytes", "1"), "segment.bytes"),
                Arguments.of(List.of("log", "append", "d", "--topic", "a/b"), "a/b"),
                Arguments.of(List.of("log", "append", "d", "--partition", "-1"), "--partition"),
                Arguments.of(
                        List.of("log", "append", "d", "--key-separator", ""), "--key-separator"),
                Arguments.of(List.of("log", "cat", "d", "--format", "xml"), "xml"),
                Arguments.of(List.of("log", "cat", "d", "--from", "-1"), "negative"),
                Arguments.of(List.of("log", "dump", "d", "-o", "xml"), "xml"),
                Arguments.of(List.of("log", "dump", "d", "--records", "--segments"), "exclude"),
                Arguments.of(List.of("log", "verify", "d", "--identity", "x"), "'x' is not"),
                Arguments.of(List.of("log", "verify"), "DIR"));
    }

    @Test
    void saysItsVersion() {
        assertThat(Cli.run("--version").out()).matches("taffrail \\d+\\.\\d+\\.\\d+\\S*\n");
    }

    @Test
    void printsACompletionScriptThatKnowsTheOptions() {
        Cli.Result result = Cli.run("completion");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .startsWith("#!/usr/bin/env bash")
                .contains("--compression", "\"none\" \"gzip\" \"snappy\" \"lz4\" \"zstd\"");
    }
}
