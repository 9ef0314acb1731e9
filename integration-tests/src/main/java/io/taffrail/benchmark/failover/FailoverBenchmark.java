// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark.failover;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures for how long writes stand still when a node fails or stops: three nodes on this machine,
 * 1,000 records/s to a topic with three replicas and {@code acks=all}. Run it with {@code
 * integration-tests/bench.sh failover}. Deletes what it wrote.
 */
@Command(
        name = "bench.sh failover",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Measures for how long writes stand still when a node fails or stops.")
public final class FailoverBenchmark implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--only", split = ",", description = "Of ${COMPLETION-CANDIDATES}.")
    private List<FailoverScenario> only = List.of(FailoverScenario.values());

    @Option(names = "--runs", description = "Of each scenario.")
    private int runs = 10;

    @Option(names = "--directory", description = "Where to write.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    public static void main(String[] args) {
        System.exit(new CommandLine(new FailoverBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory(directory, "failover");
        try (FailoverCluster cluster = new FailoverCluster(folder)) {
            for (FailoverScenario scenario : only) {
                out.println(line(scenario, runAll(scenario, cluster)));
                out.flush();
            }
        } finally {
            delete(folder);
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Outcome> runAll(FailoverScenario scenario, FailoverCluster cluster)
            throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            outcomes.add(scenario.run(cluster));
        }
        return outcomes;
    }

    private static String line(FailoverScenario scenario, List<Outcome> outcomes) {
        List<Long> sorted = outcomes.stream().map(each -> each.gap().toMillis()).sorted().toList();
        return "%-55s median %5d ms, worst %5d ms, records given up %d; all: %s"
                .formatted(
                        scenario.title(),
                        sorted.get(sorted.size() / 2),
                        sorted.get(sorted.size() - 1),
                        outcomes.stream().mapToInt(Outcome::failedRecords).sum(),
                        outcomes.stream()
                                .map(Outcome::gap)
                                .map(Duration::toMillis)
                                .map(String::valueOf)
                                .collect(Collectors.joining(" ")));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
