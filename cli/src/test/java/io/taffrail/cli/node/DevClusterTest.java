// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.cli.Streams;
import io.taffrail.cli.fake.FakeNode;
import io.taffrail.cli.fake.FakeNodes;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A development cluster as a process, whose child processes stand in for nodes. */
@Timeout(180)
class DevClusterTest {
    @TempDir private Path folder;

    /** The program under test, for a process that is ended by a signal. */
    static final class DevCluster {
        public static void main(String[] args) throws Exception {
            Streams streams =
                    Streams.of(
                            InputStream.nullInputStream(),
                            System.out,
                            new PrintStream(System.out, true, UTF_8),
                            false);
            int exitCode;
            try (FakeNodes nodes = FakeNodes.start()) {
                nodes.cluster().createTopic("orders", 1);
                exitCode =
                        new CommandLine(new DevClusterCommand(streams, FakeNode.class.getName()))
                                .execute(args);
            }
            System.exit(exitCode);
        }
    }

    private Process start(Object... args) throws Exception {
        List<String> command =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                DevCluster.class.getName(),
                                "--data",
                                folder.toString()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** Reads up to a line that contains {@code words}. */
    private static String readTo(BufferedReader in, String words) throws Exception {
        StringBuilder read = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            read.append(line).append('\n');
            if (line.contains(words)) {
                return read.toString();
            }
        }
        throw new AssertionError("'" + words + "' is not in: " + read);
    }

    private static void end(Process process) throws Exception {
        process.destroyForcibly();
        process.waitFor();
        Files.deleteIfExists(FakeNodes.portFile(process.pid()));
    }

    /** Three ports a node, apart from those of other tests. */
    private static int freePort() throws Exception {
        return NodeAddresses.free(1).get(0).api().port() / 2 + 8_000;
    }

    @Test
    void printsItsAddressesStopsInOrderAndStartsAgainOnTheSameData() throws Exception {
        int port = freePort();
        Process first = start("--nodes", 2, "--port", port);
        try (BufferedReader in = output(first)) {
            String said = readTo(in, "Ctrl-C stops it");
            assertThat(said)
                    .containsPattern("0 +127.0.0.1:" + port + " +127.0.0.1:" + (port + 2))
                    .contains("TAFFRAIL_BOOTSTRAP=127.0.0.1:" + port + ",127.0.0.1:" + (port + 10));
            List<ProcessHandle> nodes = first.children().toList();
            assertThat(nodes).hasSize(2);

            first.destroy();

            assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        } finally {
            end(first);
        }
        Process second = start();
        try (BufferedReader in = output(second)) {
            assertThat(readTo(in, "Ctrl-C stops it")).contains("127.0.0.1:" + (port + 10));
        } finally {
            second.destroy();
            second.waitFor(60, TimeUnit.SECONDS);
            end(second);
        }
        assertThat(folder.resolve("node-1/data")).exists();
        assertRefused(start("--nodes", 3), "cluster of 2 nodes, not 3");
        assertRefused(start("--port", 1), "nodes from port " + port + ", not 1");
    }

    private static void assertRefused(Process process, String words) throws Exception {
        try (BufferedReader in = output(process)) {
            readTo(in, words);
        } finally {
            end(process);
        }
    }
}
