// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Streams;
import io.taffrail.cli.fake.FakeNode;
import io.taffrail.cli.fake.FakeNodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The quickstart with real child processes, which stand in for nodes. */
class QuickstartTest {
    @TempDir Path temp;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Exception failure;

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
            Path folder = Path.of(FakeNode.setting(args, "data.dir")).getParent().getParent();
            Path second = folder.resolveSibling(folder.getFileName() + "-second");
            if (FakeNode.setting(args, "node.id").equals("1") && !Files.exists(second)) {
                Files.createFile(second);
                System.err.println("cannot listen: Address already in use");
                System.exit(1);
            }
            FakeNode.main(args);
        }
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
        Matcher matcher = Pattern.compile("their data in (\\S+)").matcher(said());
        assertThat(matcher.find()).as(said()).isTrue();
        return Path.of(matcher.group(1));
    }

    @Test
    void killsTheLeaderShowsThatNothingIsLostAndLeavesNothing() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "a\n\nb without an end");

        int exitCode;
        try (FakeNodes nodes = FakeNodes.start()) {
            exitCode = run(FakeNode.class, file);
            assertThat(nodes.cluster().records("quickstart", 0)).isEqualTo(3);
        }

        assertThat(exitCode).as(() -> said() + failure).isZero();
        String equal = "equal in all of " + Files.size(file) + " bytes";
        assertThat(said())
                .containsSubsequence(
                        "3 records, each on the disks of two",
                        equal,
                        "Killing the leader, node 0, which is the active controller too: kill -9 ",
                        "node 1 leads now; writes stood still for ",
                        " read: none lost, none twice, all in order",
                        equal,
                        "Without node 0",
                        "Starting node 0 again",
                        "it is in sync",
                        "With node 0 again",
                        "the nodes stop now")
                .containsPattern("0 +fenced")
                .containsPattern("0,1,2 +1,2 ");
        assertThat(directory()).doesNotExist();
        assertThat(ProcessHandle.current().children()).as("nodes that are left").isEmpty();
    }

    @Test
    void aNodeThatDoesNotStartIsToldWithItsLog() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "a\n");

        int exitCode = run(BrokenNode.class, file);

        assertThat(exitCode).isEqualTo(1);
        assertThat(failure)
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("has ended by itself, with exit code 3")
                .hasMessageContaining("no room for a node here")
                .hasMessageContaining("logs stay in " + directory());
        try (Stream<Path> left = Files.walk(directory()).filter(Files::isRegularFile)) {
            assertThat(left).hasSize(3).allMatch(path -> path.endsWith("node.log"));
        }
        remove(directory());
    }

    @Test
    void aPortThatWasTakenMeanwhileIsReplaced() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "a\n");

        try (FakeNodes nodes = FakeNodes.start()) {
            assertThat(run(UnluckyNode.class, file)).as(() -> said() + failure).isZero();
            assertThat(nodes.cluster().records("quickstart", 0)).isEqualTo(1);
        }
        assertThat(directory()).doesNotExist();
        Files.delete(directory().resolveSibling(directory().getFileName() + "-second"));
    }

    @Test
    void aFileThatIsNotThereIsToldBeforeAnythingIsStarted() {
        assertThat(run(FakeNode.class, temp.resolve("missing"))).isEqualTo(1);
        assertThat(said()).isEmpty();
        assertThat(failure).hasMessageContaining("missing");
    }

    /** The program under test, for a process that is ended by a signal. */
    static final class WaitingQuickstart {
        public static void main(String[] args) throws IOException {
            int exitCode;
            try (FakeNodes nodes = FakeNodes.start()) {
                nodes.cluster().createTopic("other", 1);
                exitCode =
                        new CommandLine(
                                        new QuickstartCommand(
                                                streams(System.out), FakeNode.class.getName()))
                                .execute(args);
            }
            System.exit(exitCode);
        }
    }

    @Test
    void aSignalStopsTheNodesAndRemovesTheirData() throws Exception {
        List<ProcessHandle> nodes = endWaitingQuickstart(Process::destroy);

        assertThat(directory()).doesNotExist();
        assertThat(nodes).hasSize(3).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void nodesWhoseParentIsKilledEndToo() throws Exception {
        List<ProcessHandle> nodes = endWaitingQuickstart(Process::destroyForcibly);

        assertThat(nodes).hasSize(3);
        for (ProcessHandle node : nodes) {
            node.onExit().get(60, TimeUnit.SECONDS);
        }
        remove(directory());
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> left = Files.walk(directory)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Gives the nodes, which ran when {@code end} was called; their parent is gone. */
    private List<ProcessHandle> endWaitingQuickstart(Consumer<Process> end) throws Exception {
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
                if (said().contains("Ctrl-C stops the nodes")) {
                    break;
                }
            }
            List<ProcessHandle> nodes = quickstart.children().toList();
            assertThat(nodes).as(said()).isNotEmpty().allMatch(ProcessHandle::isAlive);
            end.accept(quickstart);
            assertThat(quickstart.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return nodes;
        } finally {
            quickstart.destroyForcibly();
            Files.deleteIfExists(FakeNodes.portFile(quickstart.pid()));
        }
    }
}
