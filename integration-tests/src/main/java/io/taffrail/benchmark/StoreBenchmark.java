// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures whole logs on a disk, each thing in turn with what the bare file system takes for the
 * same bytes, and prints a table: medians, in brackets the least and the most, and the ratios of
 * runs that were made side by side. Run it with {@code integration-tests/bench.sh store}; {@code
 * --help} names what can be set. Deletes what it wrote.
 */
@Command(
        name = "bench.sh store",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Measures the log store beside the bare file system.")
public final class StoreBenchmark implements Callable<Integer> {
    private static final Map<String, Supplier<Scenario>> SCENARIOS = scenarios();

    @Spec private CommandSpec spec;

    @Option(
            names = "--only",
            split = ",",
            description = "Scenarios to run: append, commit, recovery, compaction, read.")
    private List<String> only = List.copyOf(SCENARIOS.keySet());

    @Option(names = "--directory", description = "Where to write: decides which disk is measured.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--rounds", description = "Runs of each kind that count.")
    private int rounds = 9;

    @Option(names = "--warm-ups", description = "Runs of each kind before those.")
    private int warmUps = 3;

    @Option(names = "--slice-mb", description = "Appended in one run.")
    private int sliceMb = 512;

    @Option(names = "--log-mb", description = "Size of a log that is recovered or read.")
    private int logMb = 1024;

    @Option(names = "--slice-ms", description = "How long one run of commits lasts.")
    private int sliceMs = 1000;

    @Option(names = "--fsync-delay-ms", description = "What the slow disk adds to each fsync.")
    private int fsyncDelayMs = 2;

    private static Map<String, Supplier<Scenario>> scenarios() {
        Map<String, Supplier<Scenario>> scenarios = new LinkedHashMap<>();
        scenarios.put("append", AppendScenario::new);
        scenarios.put("commit", CommitScenario::new);
        scenarios.put("recovery", RecoveryScenario::new);
        scenarios.put("compaction", CompactionScenario::new);
        scenarios.put("read", ReadScenario::new);
        return scenarios;
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new StoreBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Settings settings =
                new Settings(
                        directory,
                        new Comparison(rounds, warmUps),
                        (long) sliceMb << 20,
                        Math.toIntExact((long) logMb << 20),
                        Duration.ofMillis(sliceMs),
                        Duration.ofMillis(fsyncDelayMs));
        PrintWriter out = spec.commandLine().getOut();
        out.print(Finding.heading());
        for (String name : only) {
            Scenario scenario = scenario(name);
            scenario.run(
                    settings,
                    finding -> {
                        out.print(finding.line());
                        out.flush();
                    });
        }
        return CommandLine.ExitCode.OK;
    }

    private Scenario scenario(String name) {
        Supplier<Scenario> found = SCENARIOS.get(name);
        if (found == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), name + " is none of " + SCENARIOS.keySet());
        }
        return found.get();
    }
}
