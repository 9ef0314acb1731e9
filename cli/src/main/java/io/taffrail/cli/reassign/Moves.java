// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.reassign;

import io.taffrail.cli.JsonLines;
import io.taffrail.cli.Streams;
import io.taffrail.cli.Table;
import io.taffrail.cli.json.ReassignmentJson;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.PartitionReassignment;
import io.taffrail.client.admin.ReassignmentPlan;
import io.taffrail.client.admin.ReassignmentResult;
import io.taffrail.client.admin.ReassignmentStatus;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Begins moves, and shows them. */
final class Moves {
    /** As the admin plane takes them. */
    private static final int AT_ONCE = 10_000;

    private final Admin admin;
    private final Streams streams;
    private final boolean asJson;

    Moves(Admin admin, Streams streams, boolean asJson) {
        this.admin = admin;
        this.streams = streams;
        this.asJson = asJson;
    }

    /**
     * Begins or cancels moves, or sets the throttle alone if there are none.
     *
     * @return whether every one was accepted
     */
    boolean begin(List<PartitionReassignment> wanted, OptionalLong throttle, boolean dryRun)
            throws IOException {
        if (wanted.isEmpty() && throttle.isEmpty()) {
            streams.err().println("nothing is being moved");
            return true;
        }
        Map<PartitionRef, ReassignmentResult> results = new LinkedHashMap<>();
        for (int from = 0; from == 0 || from < wanted.size(); from += AT_ONCE) {
            List<PartitionReassignment> some =
                    wanted.subList(from, Math.min(wanted.size(), from + AT_ONCE));
            results.putAll(TaffrailClient.await(admin.reassignPartitions(some, throttle, dryRun)));
        }
        return show(results, dryRun);
    }

    private boolean show(Map<PartitionRef, ReassignmentResult> results, boolean dryRun)
            throws IOException {
        if (asJson) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                for (Map.Entry<PartitionRef, ReassignmentResult> each : results.entrySet()) {
                    lines.line(
                            json -> ReassignmentJson.result(json, each.getKey(), each.getValue()));
                }
            }
        }
        long refused = 0;
        long moving = 0;
        for (ReassignmentResult result : results.values()) {
            if (result.error().isPresent()) {
                refused++;
                streams.err().println(result.error().get().getMessage());
            } else if (result.status().isPresent()) {
                moving++;
            }
        }
        streams.err().println(summary(results.size(), refused, moving, dryRun));
        return refused == 0;
    }

    private static String summary(int all, long refused, long moving, boolean dryRun) {
        if (all == 0) {
            return dryRun ? "the throttle can be set" : "the throttle is set";
        }
        String others = refused > 0 ? ", refused: " + refused : "";
        return dryRun
                ? "nothing is done; would be moving then: " + moving + " of " + all + others
                : "moving now: " + moving + " of " + all + others;
    }

    /** Shows moves that are under way. */
    void list(List<ReassignmentStatus> underWay) throws IOException {
        if (asJson) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                for (ReassignmentStatus status : underWay) {
                    lines.line(json -> ReassignmentJson.status(json, status));
                }
            }
            return;
        }
        if (underWay.isEmpty()) {
            streams.err().println("nothing is being moved");
            return;
        }
        Table table =
                new Table(
                        "PARTITION", "REPLICAS", "ADDS", "REMOVES", "COPIED", "TO GO", "THROTTLE");
        for (ReassignmentStatus status : underWay) {
            table.row(
                    status.partition(),
                    ids(status.brokerIds()),
                    ids(status.addingBrokerIds()),
                    ids(status.removingBrokerIds()),
                    cell(status.copiedBytes()),
                    cell(status.remainingBytes()),
                    cell(status.throttleBytesPerSecond()));
        }
        table.writeTo(streams.out());
    }

    /** Shows what would make all even. */
    void show(ReassignmentPlan plan) throws IOException {
        if (asJson) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> ReassignmentJson.plan(json, plan));
            }
        } else if (!plan.reassignments().isEmpty()) {
            Table table = new Table("PARTITION", "TO");
            for (PartitionReassignment each : plan.reassignments()) {
                table.row(each.partition(), ids(each.target().orElseThrow()));
            }
            table.writeTo(streams.out());
        }
        streams.err()
                .printf(
                        "partitions to change: %d, replicas to copy: %d; nothing is done%n",
                        plan.reassignments().size(), plan.movedReplicaCount());
    }

    private static String ids(List<Integer> brokerIds) {
        return brokerIds.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static Object cell(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : "";
    }
}
