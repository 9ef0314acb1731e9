// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.cli.topic.TopicName;
import io.taffrail.client.Admin;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.NewTopic;
import io.taffrail.model.LogError;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The topic that is measured on: its options, and how it is found or made. */
final class BenchTopic {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "bench",
            converter = TopicName.class,
            description = "The topic; made if it is not there. Default: ${DEFAULT-VALUE}.")
    private String topic;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of a topic that is made. Default: the cluster's.")
    private Integer partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "R",
            description =
                    "Replicas of each partition of a topic that is made. Default: the cluster's.")
    private Integer replicationFactor;

    String name() {
        return topic;
    }

    /** Makes the topic if it is not there; gives its partitions. */
    List<PartitionRef> findOrMake(Admin admin) {
        try {
            TaffrailClient.await(admin.createTopic(newTopic()));
        } catch (TaffrailException e) {
            if (!e.is(LogError.TOPIC_EXISTS)) {
                throw e;
            }
        }
        return find(admin);
    }

    /** The partitions of the topic, which must be there. */
    List<PartitionRef> find(Admin admin) {
        int count = TaffrailClient.await(admin.describeTopic(topic)).partitionCount();
        return IntStream.range(0, count).mapToObj(p -> PartitionRef.of(topic, p)).toList();
    }

    private NewTopic newTopic() {
        NewTopic made = NewTopic.named(topic);
        if (partitions != null) {
            made = made.withPartitionCount(requirePositive("--partitions", partitions));
        }
        if (replicationFactor != null) {
            made =
                    made.withReplicationFactor(
                            requirePositive("--replication-factor", replicationFactor));
        }
        return made;
    }

    private int requirePositive(String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ": allowed is 1 and above");
        }
        return value;
    }
}
