// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.Cli;
import io.taffrail.model.batch.Compression;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppendCatTest {
    @TempDir Path temp;

    private byte[] cat(Object... options) {
        Object[] args = new Object[options.length + 3];
        args[0] = "log";
        args[1] = "cat";
        args[2] = temp.resolve("log");
        System.arraycopy(options, 0, args, 3, options.length);
        Cli.Result result = Cli.run(args);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        return result.output();
    }

    private Cli.Result append(byte[] in, String... options) {
        Cli.Result result = TestLog.append(temp.resolve("log"), in, List.of(options));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).isEmpty();
        return result;
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void giveAFileBackByteForByte(Compression compression) throws IOException {
        byte[] bytes = new byte[3_000_000];
        new Random(7).nextBytes(bytes); // a line each 256 bytes or so, and some of them empty
        System.arraycopy(TestLog.lines(20_000), 0, bytes, 500_000, 300_000);
        System.arraycopy("a\r\n\r\n\n\n\n\0\n\u00e4\n".getBytes(UTF_8), 0, bytes, 0, 13);
        bytes[bytes.length - 1] = '\n';
        Path file = temp.resolve("file");
        Files.write(file, bytes);

        Cli.Result result =
                Cli.run(
                        "log",
                        "append",
                        temp.resolve("log"),
                        file,
                        "--compression",
                        compression.name().toLowerCase(java.util.Locale.ROOT),
                        "--segment-bytes",
                        "1000000");

        assertThat(result.err()).startsWith("appended ").contains("3000000 bytes", "MB/s");
        assertThat(result.exitCode()).isZero();
        assertThat(cat()).isEqualTo(bytes);
        assertThat(Cli.run("log", "verify", temp.resolve("log")).exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\n\n", "a", "a\nb", "\na", "a\r\n", " \n"})
    void aMissingLastNewlineIsAllThatIsAdded(String text) {
        append(text.getBytes(UTF_8));

        boolean whole = text.isEmpty() || text.endsWith("\n");
        assertThat(new String(cat(), UTF_8)).isEqualTo(whole ? text : text + "\n");
    }

    @Test
    void appendGoesOnWhereTheLogEnded() {
        append("a\nb\n".getBytes(UTF_8), "--topic", "orders", "--partition", "3");
        append("c\n".getBytes(UTF_8), "--flush", "os");

        assertThat(append("d\n".getBytes(UTF_8)).err()).contains("offsets 3 to 3");
        assertThat(new String(cat(), UTF_8)).isEqualTo("a\nb\nc\nd\n");
        assertThat(Cli.run("log", "verify", temp.resolve("log")).out())
                .contains("SOUND: orders-3.");
    }

    @Test
    void catBeginsAndEndsWhereItIsTold() {
        append(TestLog.lines(400), "--batch-bytes", "200", "--segment-bytes", "4096");

        assertThat(new String(cat("--from", 0, "--max-records", 1), UTF_8))
                .isEqualTo("line number 0\n");
        assertThat(new String(cat("--from", 395), UTF_8).lines()).hasSize(5);
        assertThat(new String(cat("--from", 217, "--max-records", 2), UTF_8))
                .isEqualTo("line number 217\nline number 218\n");
        assertThat(cat("--from", 400)).isEmpty();
        assertThat(cat("--max-records", 0)).isEmpty();
        Cli.Result beyond = Cli.run("log", "cat", temp.resolve("log"), "--from", 401);
        assertThat(beyond.exitCode()).isEqualTo(1);
        assertThat(beyond.err()).contains("401", "the log ends at 400");
    }

    @Test
    void keysComeBackWithTheirSeparator() {
        byte[] lines = "k=v\nno key\n=\na=b=c\n".getBytes(UTF_8);
        append(lines, "--key-separator", "=");

        assertThat(cat("--format", "key-value", "--key-separator", "=")).isEqualTo(lines);
        assertThat(new String(cat(), UTF_8)).isEqualTo("v\nno key\n\nb=c\n");
        assertThat(new String(cat("--format", "json"), UTF_8).lines().toList())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .contains("\"offset\":\"0\"", "\"key\":\"aw==\"")
                                        .contains("\"value\":\"dg==\"", "\"leader_epoch\":0"),
                        line -> assertThat(line).doesNotContain("key"),
                        line -> assertThat(line).contains("\"key\":\"\"", "\"value\":\"\""),
                        line -> assertThat(line).contains("\"value\":\"Yj1j\""));
    }

    @Test
    void catEndsQuietlyWhenItsReaderHasSeenEnough() {
        append(TestLog.lines(400));
        OutputStream closed =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };

        Cli.Result result = Cli.runInto(closed, new byte[0], "log", "cat", temp.resolve("log"));

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void catSaysWhenItsOutputCannotBeWritten() {
        append(TestLog.lines(400));
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                };

        Cli.Result result = Cli.runInto(full, new byte[0], "log", "cat", temp.resolve("log"));

        assertThat(result.err()).contains("cannot write to stdout: No space left on device");
        assertThat(result.exitCode()).isEqualTo(1);
    }
}
