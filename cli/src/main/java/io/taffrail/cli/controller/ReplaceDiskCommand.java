// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.controller;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.json.ReassignmentJson;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.LostDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code taffrail cluster replace-disk}. */
@Command(
        name = "replace-disk",
        description = {
            "Give a node's disk up for lost, so that the node may go on with an empty one.",
            "Its replicas are filled anew from the others. If it is a controller, its new disk takes"
                    + " the vote of the old one: start the node on its new disk before, or while the"
                    + " command waits for that. What is in use is left alone. Not for a disk that is"
                    + " only not mounted: with that, start the node again."
        })
public final class ReplaceDiskCommand implements Callable<Integer> {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    private int nodeId;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How long to wait for a controller to run on its new disk. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int waitSeconds;

    public ReplaceDiskCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (TaffrailClient client = connection.open()) {
            Admin admin = client.admin();
            LostVote vote = new LostVote(admin, nodeId);
            Optional<BrokerSummary> broker = broker(admin);
            boolean fenced = broker.filter(ReplaceDiskCommand::isFenced).isPresent();
            check(vote, broker.isPresent(), fenced);
            if (fenced) {
                replaceBroker(
                        admin, vote); // first: until then the node does not run on its new disk
            }
            if (vote.exists()) {
                moveVote(vote);
            } else {
                streams.err()
                        .printf(
                                "start node %d on its new disk, if it does not run: 'taffrail cluster"
                                        + " health' says when all its replicas are in sync%n",
                                nodeId);
            }
        }
        return ExitCode.OK;
    }

    private Optional<BrokerSummary> broker(Admin admin) {
        return TaffrailClient.await(admin.describeCluster()).brokers().stream()
                .filter(broker -> broker.brokerId() == nodeId)
                .findFirst();
    }

    private static boolean isFenced(BrokerSummary broker) {
        return broker.state() == BrokerSummary.State.FENCED;
    }

    private void check(LostVote vote, boolean brokerKnown, boolean fenced)
            throws CommandFailedException {
        if (!vote.exists() && !brokerKnown) {
            throw new CommandFailedException(
                    "node " + nodeId + " is not known: no broker and no controller has that id");
        }
        if (vote.isActive() || (!fenced && !vote.isSilent())) {
            throw new CommandFailedException(
                    "node "
                            + nodeId
                            + " runs, or ran seconds ago: its disk is in use. Stop it first");
        }
    }

    private void moveVote(LostVote vote) throws CommandFailedException, InterruptedException {
        Optional<String> obstacle = vote.move();
        if (obstacle.isPresent()) {
            streams.err()
                    .printf(
                            "controller %d: its vote waits for its new disk, %d s at most: start the"
                                    + " node now, if it does not run%n",
                            nodeId, waitSeconds);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        while (obstacle.isPresent()) {
            if (System.nanoTime() > deadline) {
                throw new CommandFailedException(
                        "controller %d has no vote yet: %s. Start the node on its new disk, and repeat this command"
                                .formatted(nodeId, obstacle.get()));
            }
            Thread.sleep(LOOK_EVERY.toMillis());
            obstacle = vote.move();
        }
        streams.err().println("controller " + nodeId + ": the disk that it runs on has its vote");
    }

    private void replaceBroker(Admin admin, LostVote vote) throws IOException {
        try {
            tell(TaffrailClient.await(admin.replaceDisk(nodeId)));
        } catch (TaffrailException e) {
            if (!vote.isSilent()) {
                throw e;
            }
            streams.err().println(e.getMessage()); // it runs on the new disk already
        }
    }

    private void tell(LostDisk lost) throws IOException {
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> ReassignmentJson.lostDisk(json, lost));
            }
        }
        streams.err()
                .printf(
                        "broker %d: its old disk is given up, replicas to be filled anew: %d%n",
                        nodeId, lost.replicaCount());
        if (!lost.leaderlessPartitions().isEmpty()) {
            streams.err()
                    .printf(
                            "had their last complete replica there, and have no leader: %s."
                                    + " 'taffrail cluster elect --unclean' accepts what is lost%n",
                            lost.leaderlessPartitions().stream()
                                    .map(PartitionRef::toString)
                                    .collect(Collectors.joining(", ")));
        }
    }
}
