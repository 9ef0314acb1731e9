// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendFailuresTest {
    @TempDir Path temp;

    private static void assertFailed(Cli.Result result, Object... says) {
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        for (Object what : says) {
            assertThat(result.err()).contains(what.toString());
        }
        assertThat(result.err()).doesNotContain("\tat ");
    }

    @Test
    void aLineThatIsTooLongIsNamedAndAllBeforeItIsStored() {
        byte[] before = TestLog.lines(1000);
        byte[] lines =
                (new String(before, UTF_8) + "x".repeat(2 << 20) + "\nlast\n").getBytes(UTF_8);

        Cli.Result result = TestLog.append(temp.resolve("log"), lines, List.of());

        assertFailed(
                result,
                "line 1001 is longer than",
                "--max-message-bytes",
                "The first 1000 lines are stored: go on with line 1001");
        assertThat(Cli.run("log", "cat", temp.resolve("log")).output()).isEqualTo(before);
        Cli.Result roomier =
                TestLog.append(
                        temp.resolve("wide"), lines, List.of("--max-message-bytes", "4000000"));
        assertThat(roomier.exitCode()).isZero();
        assertThat(Cli.run("log", "cat", temp.resolve("wide")).output()).isEqualTo(lines);
    }

    @Test
    void aMissingFileIsNamedAndNothingIsMade() {
        Path log = temp.resolve("log");

        assertFailed(
                Cli.run("log", "append", log, temp.resolve("no-such-file")),
                "no-such-file",
                "there is no such file");
        assertThat(log).doesNotExist();
    }

    @Test
    void aDirectoryIsNoFileOfLines() {
        assertFailed(Cli.run("log", "append", temp.resolve("log"), temp), "this is a directory");
    }

    @Test
    void aFileIsNoLog() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "text");

        assertFailed(Cli.run("log", "append", file), "this is a file");
        assertFailed(Cli.run("log", "append", file.resolve("beneath")), file);
        assertFailed(Cli.run("log", "cat", file), "this is a file");
    }

    @Test
    void aDirectoryOfAnotherKindIsLeftAlone() throws IOException {
        Files.writeString(temp.resolve("letter.txt"), "text");

        assertFailed(Cli.run("log", "append", temp), temp, "this is no log, and not empty");
        assertFailed(Cli.run("log", "cat", temp), temp, "this is no log");
        assertFailed(Cli.run("log", "cat", temp.resolve("missing")), "no such directory");
        assertThat(TestLog.contents(temp)).hasSize(1);
        assertFailed(Cli.run("log", "append", "/"), "this is no log");
    }

    @Test
    void aLogThatSomebodyAppendsToIsLeftAlone() throws IOException {
        Path log = temp.resolve("log");
        TestLog.make(log);
        DirectoryLock lock = DirectoryLock.take(log);
        try (lock) {
            assertFailed(
                    TestLog.append(log, TestLog.lines(1), List.of()),
                    "another process is appending to this log",
                    ".lock");
            assertThat(Cli.run("log", "cat", log).exitCode()).isZero();
        }
        assertThat(TestLog.append(log, TestLog.lines(1), List.of()).exitCode()).isZero();
    }

    @Test
    void aDamagedLogTakesNothing() throws IOException {
        Path log = temp.resolve("log");
        TestLog.make(log);
        TestLog.truncate(TestLog.files(log, ".log").get(0), 1000);

        assertFailed(
                TestLog.append(log, TestLog.lines(1), List.of()),
                log,
                "the log is damaged, and takes nothing",
                "log verify");
    }

    @Test
    void aLogWhoseIdentityIsGoneNeedsToBeToldIt() throws IOException {
        String name = "orders-3.00000000-0000-0001-0000-000000000002";
        Path named = temp.resolve(name);
        byte[] lines = TestLog.make(named);
        Path renamed = Files.move(named, temp.resolve("log"));
        Files.delete(renamed.resolve("checkpoint"));

        assertFailed(TestLog.append(renamed, lines, List.of()), "--identity");
        assertFailed(Cli.run("log", "cat", renamed), "--identity");
        assertThat(Cli.run("log", "cat", renamed, "--identity", name).output()).isEqualTo(lines);
        assertThat(TestLog.append(renamed, lines, List.of("--identity", name)).exitCode()).isZero();
        assertThat(Cli.run("log", "verify", renamed).exitCode()).isZero();
    }

    @Test
    void theStackIsShownOnRequestOnly() {
        Cli.Result result =
                Cli.run("log", "append", temp.resolve("log"), "no-such-file", "--stacktrace");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("\tat ");
    }
}
