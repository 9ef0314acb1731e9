// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.cli.CommandFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** What the server's process has used of the CPU: the options that name it, and how it is read. */
final class ServerCpu {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = "--metrics",
            paramLabel = "URL",
            description =
                    "The server's metrics, such as http://localhost:9652/metrics: shows the server's"
                            + " CPU seconds per GB.")
    private URI metrics;

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            description = "The server's process on this machine, in place of --metrics.")
    private Long pid;

    /**
     * CPU seconds since the process began; empty if no server was named.
     *
     * @throws CommandFailedException if it cannot be told
     */
    OptionalDouble seconds() throws IOException, InterruptedException {
        if (metrics != null) {
            return OptionalDouble.of(fromMetrics());
        }
        return pid == null ? OptionalDouble.empty() : OptionalDouble.of(fromProcess());
    }

    private double fromProcess() throws CommandFailedException {
        Optional<Duration> used =
                ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration());
        if (used.isEmpty()) {
            throw new CommandFailedException(
                    "--server-pid " + pid + ": there is no such process, or not of this user");
        }
        return used.get().toNanos() / 1e9;
    }

    private double fromMetrics() throws IOException, InterruptedException {
        String page;
        try {
            page =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(metrics).timeout(PATIENCE).build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailedException(
                    "--metrics " + metrics + " cannot be read: " + e.getMessage(), e);
        }
        return cpuSeconds(page)
                .orElseThrow(
                        () ->
                                new CommandFailedException(
                                        "--metrics " + metrics + ": no CPU time is among them"));
    }

    /** Finds the CPU time in a page of metrics, by the name of Micrometer or of Prometheus. */
    static OptionalDouble cpuSeconds(String page) {
        OptionalDouble nanos = sample(page, "process_cpu_time_ns_total");
        return nanos.isPresent()
                ? OptionalDouble.of(nanos.getAsDouble() / 1e9)
                : sample(page, "process_cpu_seconds_total");
    }

    private static OptionalDouble sample(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .map(line -> line.substring(Math.max(line.indexOf('}'), name.length() - 1) + 1))
                .mapToDouble(value -> Double.parseDouble(value.strip().split(" ", 2)[0]))
                .findFirst();
    }
}
