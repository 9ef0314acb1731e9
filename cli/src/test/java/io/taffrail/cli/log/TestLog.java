// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.Cli;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the tests of {@code taffrail log} need again and again. */
final class TestLog {
    /** So small that a few lines make several batches, and a few hundred several segments. */
    static final List<String> SMALL = List.of("--batch-bytes", "200", "--segment-bytes", "4096");

    private TestLog() {}

    static byte[] lines(int count) {
        StringBuilder lines = new StringBuilder();
        IntStream.range(0, count).forEach(i -> lines.append("line number ").append(i).append('\n'));
        return lines.toString().getBytes(UTF_8);
    }

    /** Appends what is given on stdin. */
    static Cli.Result append(Path directory, byte[] in, List<String> options) {
        List<Object> args = new ArrayList<>(List.of("log", "append", directory));
        args.addAll(options);
        return Cli.run(in, args.toArray());
    }

    /** A log of three segments or so. */
    static byte[] make(Path directory) {
        byte[] lines = lines(400);
        assertThat(append(directory, lines, SMALL).exitCode()).isZero();
        return lines;
    }

    /** Every file and its bytes: to see that nothing was touched. */
    static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(
                        file.getFileName() + " " + Files.getLastModifiedTime(file),
                        Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    static void flipBit(Path file, long position) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThat(channel.read(one, position)).isEqualTo(1);
            one.put(0, (byte) (one.get(0) ^ 0x10));
            channel.write(one.flip(), position);
        }
    }

    static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }
}
