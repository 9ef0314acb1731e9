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
                        List.of("completion"),
                        List.of("version"),
                        List.of("quickstart"),
                        List.of("server"),
                        List.of("dev-cluster"),
                        List.of("produce"),
                        List.of("consume"),
                        List.of("topic"),
                        List.of("topic", "create"),
                        List.of("topic", "list"),
                        List.of("topic", "describe"),
                        List.of("topic", "alter"),
                        List.of("topic", "offsets"),
                        List.of("topic", "trim"),
                        List.of("topic", "delete"),
                        List.of("cluster"),
                        List.of("cluster", "describe"),
                        List.of("cluster", "health"),
                        List.of("cluster", "quorum"),
                        List.of("cluster", "watch"),
                        List.of("cluster", "reassign"),
                        List.of("cluster", "elect"),
                        List.of("cluster", "replace-disk"),
                        List.of("cluster", "add-controller"),
                        List.of("cluster", "remove-controller"),
                        List.of("cluster", "transfer-controller"),
                        List.of("broker"),
                        List.of("broker", "describe"),
                        List.of("broker", "decommission"),
                        List.of("broker", "unregister"),
                        List.of("bench"),
                        List.of("bench", "produce"),
                        List.of("bench", "consume"),
                        List.of("bench", "latency"))
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
                Arguments.of(List.of("log", "verify"), "DIR"),
                Arguments.of(List.of("topic", "list", "--bootstrap", "localhost"), "has no port"),
                Arguments.of(List.of("topic", "list", "--bootstrap", "a:1,b"), "has no port"),
                Arguments.of(List.of("topic", "create", "a/b"), "a/b"),
                Arguments.of(List.of("topic", "create", "t", "--partitions", "0"), "--partitions"),
                Arguments.of(List.of("topic", "create", "t", "--config", "k"), "KEY=VALUE"),
                Arguments.of(List.of("topic", "alter", "t"), "nothing to change"),
                Arguments.of(
                        List.of("topic", "alter", "t", "--config", "k=v", "--unset", "k"), "both"),
                Arguments.of(List.of("topic", "trim", "t", "--partition", "0"), "--before"),
                Arguments.of(
                        List.of("topic", "trim", "t", "--partition", "0", "--before", "-1"),
                        "negative"),
                Arguments.of(List.of("produce"), "TOPIC"),
                Arguments.of(List.of("produce", "t", "f", "--message", "m"), "exclude"),
                Arguments.of(
                        List.of("produce", "t", "--key", "k", "--key-separator", ":"), "exclude"),
                Arguments.of(List.of("produce", "t", "--header", "=v"), "NAME=VALUE"),
                Arguments.of(List.of("produce", "t", "--partition", "-1"), "--partition"),
                Arguments.of(List.of("produce", "t", "--acks", "some"), "some"),
                Arguments.of(List.of("consume", "t", "--from", "start"), "'start' is none of"),
                Arguments.of(List.of("consume", "t", "--from", "@noon"), "no time"),
                Arguments.of(List.of("consume", "t", "--tail", "1", "--from", "2"), "exclude"),
                Arguments.of(List.of("consume", "t", "--format", "valeu"), "'valeu' is none of"),
                Arguments.of(List.of("consume", "t", "--format", "{valeu}"), "{valeu} is none of"),
                Arguments.of(List.of("broker", "describe", "x"), "'x' is not"),
                Arguments.of(List.of("broker", "decommission"), "ID"),
                Arguments.of(
                        List.of("broker", "decommission", "1", "--cancel", "--throttle", "1"),
                        "exclude"),
                Arguments.of(List.of("cluster", "reassign", "--partition", "0"), "--topic"),
                Arguments.of(List.of("cluster", "reassign", "--to", "1"), "--topic"),
                Arguments.of(List.of("cluster", "reassign", "--balance", "--cancel"), "exclude"),
                Arguments.of(
                        List.of("cluster", "reassign", "--file", "f", "--topic", "t"), "exclude"),
                Arguments.of(List.of("cluster", "reassign", "--throttle", "5 MB"), "5 MB"),
                Arguments.of(List.of("cluster", "reassign", "--dry-run"), "--dry-run needs"),
                Arguments.of(List.of("cluster", "elect", "--unclean"), "--topic"),
                Arguments.of(List.of("cluster", "add-controller"), "NODE"),
                Arguments.of(List.of("dev-cluster"), "--data"),
                Arguments.of(List.of("dev-cluster", "--data", "d", "--nodes", "0"), "--nodes"),
                Arguments.of(List.of("dev-cluster", "--data", "d", "--set", "x"), "KEY=VALUE"),
                Arguments.of(List.of("bench", "produce", "--records", "0"), "at least one"),
                Arguments.of(List.of("bench", "produce", "--batch-bytes", "0"), "batchBytes"),
                Arguments.of(List.of("bench", "latency", "--record-bytes", "8"), "--record-bytes"));
    }

    @Test
    void saysItsVersion() {
        assertThat(Cli.run("--version").out()).matches("taffrail \\d+\\.\\d+\\.\\d+\\S*\n");
        assertThat(Cli.run("version").out()).isEqualTo(Cli.run("--version").out());
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
