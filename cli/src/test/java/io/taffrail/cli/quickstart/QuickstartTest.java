// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Streams;
import io.taffrail.cli.fake.FakeCluster;
import io.taffrail.model.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The quickstart with real child processes, which stand in for a node. */
class QuickstartTest {
    @TempDir Path temp;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Exception failure;

    /** Serves from memory until its stdin ends or it is told to stop. */
    static final class FakeNode {
        public static void main(String[] args) throws IOException {
            Files.createDirectories(Path.of(setting(args, "data.dir"), "logs"));
            int port = HostPort.parse(setting(args, "api.listen")).port();
            FakeCluster cluster = FakeCluster.startOn(port);
            System.err.println("fake node on " + cluster.bootstrap());
            System.in.transferTo(OutputStream.nullOutputStream());
            System.exit(0);
        }
    }

    /** Ends before it serves. */
    static final class BrokenNode {
        public static void main(String[] args) {
            System.err.println("no room for a node here");
            System.exit(3);
        }
    }

    /** Finds its port taken, but only the first time. */
    static final class UnluckyNode {
        public static void main(String[] args) throws IOException {
            Path second = Path.of(setting(args, "data.dir")).resolveSibling("second");
            if (!Files.exists(second)) {
                Files.createFile(second);
                System.err.println("cannot listen: Address already in use");
                System.exit(1);
            }
            FakeNode.main(args);
        }
    }

    private static String setting(String[] args, String key) {
        return Stream.of(args)
                .filter(arg -> arg.startsWith(key + "="))
                .map(arg -> arg.substring(key.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    private static Streams streams(OutputStream out) {
        return Streams.of(
                InputStream.nullInputStream(), out, new PrintStream(out, true, UTF_8), false);
    }

    private int run(Class<?> node, Path file) {
        return new CommandLine(new QuickstartCommand(streams(out), node.getName()))
                .setExecutionExceptionHandler(
                        (e, command, parsed) -> {
                            failure = e;
                            return 1;
                        })
                .execute("--no-wait", file.toString());
    }

    private String said() {
        return out.toString(UTF_8);
    }

    private Path directory() {
        Matcher matcher = Pattern.compile("its data in (\\S+)").matcher(said());
        assertThat(matcher.find()).isTrue();
        return Path.of(matcher.group(1));
    }

    private Optional<ProcessHandle> child() {
        Matcher matcher = Pattern.compile("process (\\d+)").matcher(said());
        assertThat(matcher.find()).isTrue();
        return ProcessHandle.of(Long.parseLong(matcher.group(1)));
    }

    @Test
    void producesAFileReadsItBackAndLeavesNothing() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "a\n\nb without an end");

        int exitCode = run(FakeNode.class, file);

        assertThat(exitCode).as(() -> said() + failure).isZero();
        assertThat(said())
                .contains("3 records", "equal in all of " + Files.size(file) + " bytes")
                .contains("the node stops now")
                .containsPattern("PARTITION +LEADER");
        assertThat(directory()).doesNotExist();
        assertThat(child().filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void aNodeThatDoesNotStartIsToldWithItsLog() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "a\n");

        int exitCode = run(BrokenNode.class, file);

        assertThat(exitCode).isEqualTo(1);
        assertThat(failure)
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("the node did not start")
                .hasMessageContaining(directory().resolve("node.log").toString())
                .hasMessageContaining("no room for a node here");
        try (Stream<Path> left = Files.list(directory())) {
            assertThat(left).containsExactly(directory().resolve("node.log"));
        }
        Files.delete(directory().resolve("node.log"));
        Files.delete(directory());
    }

    @Test
    void aPortThatWasTakenMeanwhileIsReplaced() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "a\n");

        assertThat(run(UnluckyNode.class, file)).as(() -> said() + failure).isZero();
        assertThat(directory()).doesNotExist();
    }

    @Test
    void aFileThatIsNotThereIsToldBeforeAnythingIsStarted() {
        assertThat(run(FakeNode.class, temp.resolve("missing"))).isEqualTo(1);
        assertThat(said()).isEmpty();
        assertThat(failure).hasMessageContaining("missing");
    }

    /** The program under test, for a process that is ended by a signal. */
    static final class WaitingQuickstart {
        public static void main(String[] args) {
            System.exit(
                    new CommandLine(
                                    new QuickstartCommand(
                                            streams(System.out), FakeNode.class.getName()))
                            .execute(args));
        }
    }

    @Test
    void aSignalStopsTheNodeAndRemovesItsData() throws Exception {
        ProcessHandle node = endWaitingQuickstart(Process::destroy);

        assertThat(directory()).doesNotExist();
        assertThat(node.isAlive()).isFalse();
    }

    @Test
    void aNodeWhoseParentIsKilledEndsToo() throws Exception {
        ProcessHandle node = endWaitingQuickstart(Process::destroyForcibly);

        node.onExit().get(60, TimeUnit.SECONDS);
        try (Stream<Path> left = Files.walk(directory())) {
            for (Path path : left.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Gives the node, which ran when {@code end} was called; its parent is gone. */
    private ProcessHandle endWaitingQuickstart(java.util.function.Consumer<Process> end)
            throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "a\n");
        Process quickstart =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                WaitingQuickstart.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        try (InputStream said = quickstart.getInputStream()) {
            for (int b = said.read(); b >= 0; b = said.read()) {
                out.write(b);
                if (said().endsWith("bin/taffrail server\n")) {
                    break;
                }
            }
            ProcessHandle node = child().orElseThrow(() -> new AssertionError(said()));
            assertThat(node.isAlive()).isTrue();
            end.accept(quickstart);
            assertThat(quickstart.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return node;
        } finally {
            quickstart.destroyForcibly();
        }
    }
}
