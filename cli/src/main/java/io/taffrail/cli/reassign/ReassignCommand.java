// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.Connection;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.records.InputFile;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.PartitionReassignment;
import io.taffrail.client.admin.ReassignmentPlan;
import io.taffrail.client.admin.ReassignmentStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code taffrail cluster reassign}: its options; {@link Moves} asks and shows. */
@Command(
        name = "reassign",
        description = {
            "Move partitions to other brokers, or list what is being moved.",
            "A move copies the partition to its new brokers, then takes it from the old ones;"
                    + " writing and reading go on. Without an action it lists what is under way:"
                    + " COPIED and TO GO are bytes, as far as the leaders tell."
        })
public final class ReassignCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Spec private CommandSpec spec;

    @Mixin private OutputOption output;
    @Mixin private PartitionOptions partitions;

    @Option(
            names = "--to",
            paramLabel = "ID",
            split = ",",
            description =
                    "Move the partitions that are named to these brokers, separated by commas. The"
                            + " first is the preferred leader.")
    private List<Integer> brokerIds = List.of();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "Move as this file says, in JSON as --balance --dry-run -o json writes it; -"
                            + " is stdin.")
    private Path file;

    @Option(
            names = "--balance",
            description = "Make replicas and leaders even over brokers and racks.")
    private boolean balance;

    @Option(
            names = "--cancel",
            description = "Take back what is under way, of the topic or partitions that are named.")
    private boolean cancel;

    @Mixin private ThrottleOption throttle;

    @Option(names = "--dry-run", description = "Check and show what would be done, and do nothing.")
    private boolean dryRun;

    @Option(
            names = "--watch",
            description = "Wait until nothing is under way any more, and show how far it is.")
    private boolean watch;

    public ReassignCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireSense();
        try (TaffrailClient client = connection.open()) {
            Moves moves = new Moves(client.admin(), streams, output.json());
            boolean allBegun = true;
            if (changesSomething()) {
                allBegun = change(client.admin(), moves);
            } else if (!watch) {
                moves.list(underWay(client.admin()));
            }
            if (watch && !dryRun) {
                new MoveWatch(client.admin(), streams).run(partitions);
            }
            return allBegun ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private void requireSense() {
        partitions.fault().ifPresent(this::refuse);
        long actions =
                Stream.of(!brokerIds.isEmpty(), file != null, balance, cancel)
                        .filter(given -> given)
                        .count();
        if (actions > 1) {
            refuse("--to, --file, --balance and --cancel exclude each other");
        }
        if (!brokerIds.isEmpty() && partitions.named().isEmpty()) {
            refuse("--to needs --topic and --partition");
        }
        if (file != null && partitions.topic().isPresent()) {
            refuse("--file and --topic exclude each other");
        }
        if (balance && !partitions.named().isEmpty()) {
            refuse("--balance takes whole topics: leave --partition out");
        }
        if (dryRun && !changesSomething()) {
            refuse("--dry-run needs --to, --file, --balance, --cancel or --throttle");
        }
    }

    private void refuse(String message) {
        throw new ParameterException(spec.commandLine(), message);
    }

    private boolean changesSomething() {
        return !brokerIds.isEmpty()
                || file != null
                || balance
                || cancel
                || throttle.bytesPerSecond().isPresent();
    }

    private boolean change(Admin admin, Moves moves) throws IOException {
        if (!balance) {
            return moves.begin(wanted(admin), throttle.bytesPerSecond(), dryRun);
        }
        Set<String> topics = partitions.topic().map(Set::of).orElse(Set.of());
        ReassignmentPlan plan = TaffrailClient.await(admin.planReassignment(topics));
        if (dryRun) {
            moves.show(plan);
            return true;
        }
        if (plan.reassignments().isEmpty()) {
            streams.err().println("nothing to move: all is even already");
            return true;
        }
        return moves.begin(plan.reassignments(), throttle.bytesPerSecond(), false);
    }

    private List<PartitionReassignment> wanted(Admin admin) throws IOException {
        if (!brokerIds.isEmpty()) {
            return partitions.named().stream()
                    .map(partition -> PartitionReassignment.to(partition, brokerIds))
                    .toList();
        }
        if (cancel) {
            return underWay(admin).stream()
                    .map(status -> PartitionReassignment.cancel(status.partition()))
                    .toList();
        }
        return file == null ? List.of() : ofFile();
    }

    private List<PartitionReassignment> ofFile() throws IOException {
        try (InputStream in = InputFile.open(Optional.of(file), streams.in())) {
            return ReassignmentFile.read(in, file.toString());
        }
    }

    private List<ReassignmentStatus> underWay(Admin admin) {
        return TaffrailClient.await(admin.listReassignments(partitions.topic().orElse(""))).stream()
                .filter(status -> isMeant(status.partition()))
                .toList();
    }

    private boolean isMeant(PartitionRef partition) {
        return partitions.filter().test(partition);
    }
}
