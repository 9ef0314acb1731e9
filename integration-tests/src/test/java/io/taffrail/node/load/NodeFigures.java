// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a node takes at a moment.
 *
 * @param heapBytes of the heap in use
 * @param directBytes of direct buffers, Netty's pools among them
 * @param heldBytes of responses that wait for their readers
 * @param residentBytes of memory as the operating system counts it; 0 where it does not tell
 * @param cpu time of all processors since the node began
 */
public record NodeFigures(
        long heapBytes, long directBytes, long heldBytes, long residentBytes, Duration cpu) {
    private static final long JCMD_SECONDS = 60;

    /** As it is, garbage among it. */
    public static NodeFigures now(NodeProcess node) throws IOException {
        String metrics = node.get("/metrics").body();
        return new NodeFigures(
                sum(metrics, "jvm_memory_used_bytes{area=\"heap\""),
                sum(metrics, "jvm_buffer_memory_used_bytes{id=\"direct\""),
                sum(metrics, "taffrail_fetch_held_bytes"),
                resident(node.pid()),
                ProcessHandle.of(node.pid())
                        .flatMap(each -> each.info().totalCpuDuration())
                        .orElse(Duration.ZERO));
    }

    /** After a full collection: what is in use is needed, or leaks. */
    public static NodeFigures afterCollection(NodeProcess node) throws IOException {
        collect(node.pid());
        return now(node);
    }

    private static void collect(long pid) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process =
                new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            assertThat(process.waitFor(JCMD_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as("the node's heap is collected").isZero();
    }

    private static long sum(String metrics, String prefix) {
        return (long)
                metrics.lines()
                        .filter(line -> line.startsWith(prefix))
                        .mapToDouble(
                                line ->
                                        Double.parseDouble(
                                                line.substring(line.lastIndexOf(' ') + 1)))
                        .sum();
    }

    private static long resident(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .sum();
    }

    /** The larger of each. */
    NodeFigures max(NodeFigures other) {
        return new NodeFigures(
                Math.max(heapBytes, other.heapBytes),
                Math.max(directBytes, other.directBytes),
                Math.max(heldBytes, other.heldBytes),
                Math.max(residentBytes, other.residentBytes),
                cpu.compareTo(other.cpu) < 0 ? other.cpu : cpu);
    }

    @Override
    public String toString() {
        return "heap %.1f MB, direct %.1f MB, held %.1f MB, resident %.1f MB, CPU %.1f s"
                .formatted(
                        heapBytes / 1e6,
                        directBytes / 1e6,
                        heldBytes / 1e6,
                        residentBytes / 1e6,
                        cpu.toMillis() / 1e3);
    }
}
