// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Connection;
import io.taffrail.cli.JsonLines;
import io.taffrail.cli.OutputOption;
import io.taffrail.cli.Streams;
import io.taffrail.cli.Table;
import io.taffrail.cli.json.ClusterJson;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.QuorumDescription;
import io.taffrail.client.admin.QuorumPeer;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code taffrail cluster quorum}. */
@Command(name = "quorum", description = "Show the controllers' Raft group, as its leader sees it.")
final class QuorumCommand implements Callable<Integer> {
    private final Streams streams;
    private final Connection connection;

    @Mixin private OutputOption output;

    QuorumCommand(Streams streams, Connection connection) {
        this.streams = streams;
        this.connection = connection;
    }

    @Override
    public Integer call() throws IOException {
        QuorumDescription quorum;
        try (TaffrailClient client = connection.open()) {
            quorum = TaffrailClient.await(client.admin().describeQuorum());
        }
        if (output.json()) {
            try (JsonLines lines = new JsonLines(streams.out())) {
                lines.line(json -> ClusterJson.quorum(json, quorum));
            }
        } else {
            writeTables(quorum);
        }
        return ExitCode.OK;
    }

    private void writeTables(QuorumDescription quorum) throws IOException {
        String head =
                "leader %d, term %d, last log index %d, commit index %d, applied index %d, snapshot index %s%n%n"
                        .formatted(
                                quorum.leaderId(),
                                quorum.term(),
                                quorum.lastLogIndex(),
                                quorum.commitIndex(),
                                quorum.appliedIndex(),
                                quorum.snapshotIndex().isPresent()
                                        ? quorum.snapshotIndex().getAsLong()
                                        : "none");
        streams.out().write(head.getBytes(UTF_8));
        Table table =
                new Table(
                        "NODE",
                        "ROLE",
                        "RAFT",
                        "API",
                        "MATCH INDEX",
                        "LAG",
                        "LAST HEARD",
                        "DIRECTORY");
        for (QuorumPeer peer : quorum.peers()) {
            table.row(
                    peer.nodeId(),
                    peer.role().name().toLowerCase(Locale.ROOT),
                    peer.raftAddress(),
                    peer.apiAddress(),
                    peer.matchIndex(),
                    peer.lagEntries(),
                    peer.sinceLastContact().map(time -> time.toMillis() + " ms").orElse(""),
                    peer.directoryId());
        }
        table.writeTo(streams.out());
    }
}
