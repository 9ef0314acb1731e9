// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.Connection;
import io.taffrail.cli.Streams;
import io.taffrail.cli.cluster.ClusterTables;
import io.taffrail.cli.records.InputFile;
import io.taffrail.cli.records.LineProducer;
import io.taffrail.cli.records.RecordConsumption;
import io.taffrail.cli.records.RecordFormat;
import io.taffrail.cli.records.RecordMaker;
import io.taffrail.cli.topic.TopicTables;
import io.taffrail.client.Consumer;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.Producer;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.NewTopic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the quickstart does, step by step; it says each step and how long that took. */
final class Tour {
    private static final String TOPIC = "quickstart";

    private final Streams streams;
    private final TemporaryNode node;
    private final Path file;

    Tour(Streams streams, TemporaryNode node, Path file) {
        this.streams = streams;
        this.node = node;
        this.file = file;
    }

    /** A step; gives what came of it, for people. */
    private interface Step {
        String take() throws IOException, InterruptedException;
    }

    void run() throws IOException, InterruptedException {
        step("Starting a node, its data in " + node.directory(), this::start);
        try (TaffrailClient client = Connection.openTo(node.bootstrap())) {
            step("Making the topic '" + TOPIC + "'", () -> makeTopic(client));
            step("Producing " + file + ", a record a line", () -> produce(client));
            step("Reading it back, and comparing", () -> compare(client));
            say("\nThe cluster:\n\n");
            ClusterTables.write(
                    TaffrailClient.await(client.admin().describeCluster()), streams.out());
            say("\nThe topic:\n\n");
            TopicTables.writePartitions(
                    TaffrailClient.await(client.admin().describeTopic(TOPIC, true)), streams.out());
        }
    }

    /** For a node that is about to stop. */
    void sayHowToStay() throws IOException {
        say(
                """

                All went well; the node stops now, and takes its data along.

                The same with a node that stays for a while:  bin/taffrail quickstart
                A node that stays, its data in ./data:        bin/taffrail server
                """);
    }

    private void step(String what, Step step) throws IOException, InterruptedException {
        long started = System.nanoTime();
        say(what + " ... ");
        String result;
        try {
            result = step.take();
        } catch (IOException | RuntimeException e) {
            say("failed\n");
            throw e;
        }
        say(
                String.format(
                        Locale.ROOT, "%s, %.2f s%n", result, (System.nanoTime() - started) / 1e9));
    }

    private void say(String text) throws IOException {
        streams.out().write(text.getBytes(UTF_8));
    }

    private String start() throws IOException, InterruptedException {
        node.start();
        return "listening on " + node.bootstrap() + ", process " + node.pid();
    }

    private static String makeTopic(TaffrailClient client) {
        NewTopic topic = NewTopic.named(TOPIC).withPartitionCount(1).withReplicationFactor(1);
        return "id " + TaffrailClient.await(client.admin().createTopic(topic)).topicId();
    }

    private String produce(TaffrailClient client) throws IOException, InterruptedException {
        try (Producer producer = client.newProducer();
                InputStream in = InputFile.open(Optional.of(file), streams.in())) {
            long records =
                    new LineProducer(streams, producer, RecordMaker.ofValues(TOPIC)).sendLines(in);
            return records + " records, all on disk";
        }
    }

    private String compare(TaffrailClient client) throws IOException {
        try (Consumer consumer = client.newConsumer();
                FileComparison comparison = new FileComparison(file)) {
            RecordConsumption.assign(
                    consumer, List.of(PartitionRef.of(TOPIC, 0)), StartFrom.earliest(), true);
            new RecordConsumption(consumer, RecordFormat.value(), Long.MAX_VALUE)
                    .run(comparison, node::isStopping);
            Optional<String> difference = comparison.difference();
            if (difference.isPresent()) {
                throw new CommandFailedException(
                        "what was read is not what was written: " + difference.get());
            }
            return "equal in all of " + Files.size(file) + " bytes";
        }
    }

    /** For a node that goes on running. */
    void sayWhatNext() throws IOException {
        String bootstrap = " --bootstrap " + node.bootstrap();
        say(
                """

                All went well. While this node runs, try in another terminal:

                  bin/taffrail consume %s%s
                  bin/taffrail produce %s --message hello%s
                  bin/taffrail cluster watch%s
                  bin/taffrail bench produce%s

                A node that stays, its data in ./data:  bin/taffrail server
                """
                        .formatted(TOPIC, bootstrap, TOPIC, bootstrap, bootstrap, bootstrap));
    }
}
