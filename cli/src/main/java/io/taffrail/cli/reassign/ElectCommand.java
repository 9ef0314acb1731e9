// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.Table;
import io.taffrail.cli.json.ReassignmentJson;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.Election;
import io.taffrail.client.admin.ElectionResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code taffrail cluster elect}. */
@Command(
        name = "elect",
        description = {
            "Hand leadership back to the preferred leaders, or to a broker that is named.",
            "Only in-sync replicas are elected, and nothing is lost; --unclean elects others where"
                    + " there is no leader."
        })
public final class ElectCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Mixin private OutputOption output;
    @Mixin private PartitionOptions partitions;

    @Option(
            names = "--leader",
            paramLabel = "ID",
            description = "Who shall lead them. Default: the preferred leader of each.")
    private Integer leaderId;

    @Option(
            names = "--unclean",
            description =
                    "Elect any replica that lives, for partitions without a leader: RECORDS THAT"
                            + " WERE ACKNOWLEDGED MAY BE LOST.")
    private boolean unclean;

    public ElectCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        requireSense();
        List<ElectionResult> results;
        try (TaffrailClient client = connection.open()) {
            results =
                    partitions.topic().isPresent()
                            ? ofNamed(client.admin())
                            : ofAll(client.admin());
        }
        show(results);
        return results.stream().allMatch(result -> result.error().isEmpty())
                ? ExitCode.OK
                : ExitCode.SOFTWARE;
    }

    private void requireSense() {
        partitions.fault().ifPresent(this::refuse);
        if (partitions.topic().isEmpty() && (unclean || leaderId != null)) {
            refuse("--unclean and --leader need --topic");
        }
    }

    private void refuse(String message) {
        throw new ParameterException(spec.commandLine(), message);
    }

    private List<ElectionResult> ofNamed(Admin admin) {
        Election election =
                new Election(
                        unclean ? Election.Type.UNCLEAN : Election.Type.CLEAN,
                        unclean ? leaderless(admin) : partitions.expand(admin),
                        leaderId == null ? OptionalInt.empty() : OptionalInt.of(leaderId));
        return election.partitions().isEmpty()
                ? List.of()
                : TaffrailClient.await(admin.electLeaders(election));
    }

    private List<PartitionRef> leaderless(Admin admin) {
        String topic = partitions.topic().orElseThrow();
        return TaffrailClient.await(admin.describeTopic(topic)).partitions().stream()
                .filter(partition -> partition.leaderId().isEmpty())
                .map(partition -> PartitionRef.of(topic, partition.partition()))
                .filter(partitions.filter())
                .toList();
    }

    /** One call elects for a bounded number of them. */
    private static List<ElectionResult> ofAll(Admin admin) {
        List<ElectionResult> all = new ArrayList<>();
        List<ElectionResult> some;
        do {
            some = TaffrailClient.await(admin.electLeaders(Election.ofPreferred(List.of())));
            all.addAll(some);
        } while (some.stream().anyMatch(ElectionResult::changed));
        return all;
    }

    private void show(List<ElectionResult> results) throws IOException {
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                for (ElectionResult result : results) {
                    lines.line(json -> ReassignmentJson.election(json, result));
                }
            }
        } else if (!results.isEmpty()) {
            table(results).writeTo(streams.out());
        }
        for (ElectionResult result : results) {
            result.error().ifPresent(error -> streams.err().println(error.getMessage()));
        }
        long changed = results.stream().filter(ElectionResult::changed).count();
        streams.err().println("partitions that have another leader now: " + changed);
    }

    private static Table table(List<ElectionResult> results) {
        Table table = new Table("PARTITION", "LEADER", "EPOCH", "CHANGED");
        for (ElectionResult result : results) {
            table.row(
                    result.partition(),
                    result.leaderId().isPresent() ? result.leaderId().getAsInt() : "",
                    result.leaderEpoch(),
                    result.changed() ? "yes" : "no");
        }
        return table;
    }
}
