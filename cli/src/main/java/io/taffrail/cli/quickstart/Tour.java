// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import io.taffrail.cli.Connection;
import io.taffrail.cli.cluster.ClusterTables;
import io.taffrail.cli.node.LocalCluster;
import io.taffrail.cli.topic.TopicTables;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.client.admin.TopicDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the quickstart does, step by step. */
final class Tour {
    private static final String TOPIC = "quickstart";

    private final Narration narration;
    private final TemporaryCluster temporary;
    private final Path file;
    private LocalCluster cluster;

    Tour(Narration narration, TemporaryCluster temporary, Path file) {
        this.narration = narration;
        this.temporary = temporary;
        this.file = file;
    }

    LocalCluster run() throws IOException, InterruptedException {
        narration.step("Starting three nodes, their data in " + temporary.directory(), this::start);
        try (TaffrailClient client = Connection.openTo(cluster.bootstrap())) {
            narration.step("Making the topic '" + TOPIC + "'", () -> makeTopic(client));
            FileRoundTrip roundTrip = new FileRoundTrip(client, TOPIC, file);
            narration.step(
                    "Producing " + file + ", a record a line",
                    () ->
                            roundTrip.produce(narration.streams())
                                    + " records, each on the disks of two nodes or three");
            narration.step("Reading it back, and comparing", () -> compare(roundTrip));
            show("The cluster, and the topic", client);

            Failover failover = new Failover(narration, cluster, client, temporary::isStopping);
            int killed = failover.killLeader(topic(client).partitions().get(0));
            narration.step(
                    "Reading the file back from those that are left", () -> compare(roundTrip));
            show("Without node " + killed, client);

            failover.restart(killed, List.of(TOPIC));
            show("With node " + killed + " again", client);
        }
        return cluster;
    }

    private String start() throws IOException, InterruptedException {
        cluster = temporary.start();
        return "ready on " + cluster.bootstrap().replace(",", ", ");
    }

    private static String makeTopic(TaffrailClient client) {
        NewTopic topic =
                NewTopic.named(TOPIC)
                        .withPartitionCount(1)
                        .withReplicationFactor(3)
                        .withConfig("min.insync.replicas", "2");
        TaffrailClient.await(client.admin().createTopic(topic));
        return "three replicas, and a record counts once two have it on disk";
    }

    private String compare(FileRoundTrip roundTrip) throws IOException {
        return "equal in all of " + roundTrip.compare(temporary::isStopping) + " bytes";
    }

    private static TopicDescription topic(TaffrailClient client) {
        return TaffrailClient.await(client.admin().describeTopic(TOPIC, true));
    }

    private void show(String heading, TaffrailClient client) throws IOException {
        narration.say("\n" + heading + ":\n\n");
        ClusterTables.write(
                TaffrailClient.await(client.admin().describeCluster()), narration.streams().out());
        narration.say("\n");
        TopicTables.writePartitions(topic(client), narration.streams().out());
        narration.say("\n");
    }

    /** For nodes that are about to stop. */
    void sayHowToStay() throws IOException {
        narration.say(
                """
                All went well; the nodes stop now, and their data is removed.

                The same with nodes that stay for a while:  bin/taffrail quickstart
                Nodes that keep their data:                 bin/taffrail dev-cluster --data DIR
                """);
    }

    /** For nodes that go on running. */
    void sayWhatNext() throws IOException {
        narration.say(
                """
                All went well. While these nodes run, try in another terminal:

                  export TAFFRAIL_BOOTSTRAP=%s
                  bin/taffrail consume %s
                  bin/taffrail produce %s --message hello
                  bin/taffrail topic describe %s
                  bin/taffrail cluster watch
                  kill -9 %d    # node 0: it is started again after some seconds

                Nodes that keep their data:  bin/taffrail dev-cluster --data DIR
                Ctrl-C stops the nodes and removes all that they wrote.
                """
                        .formatted(cluster.bootstrap(), TOPIC, TOPIC, TOPIC, cluster.pid(0)));
    }
}
