// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.api.v1.AlterTopicConfigRequest;
import io.taffrail.api.v1.AlterTopicConfigResponse;
import io.taffrail.api.v1.CreatePartitionsRequest;
import io.taffrail.api.v1.CreatePartitionsResponse;
import io.taffrail.model.cluster.TopicImage;

/** What operators do to topics at bad times. Each change tells when it has taken place. */
final class TopicHarm {
    private static final int MOST_ADDED = 1;

    private final SimCluster cluster;
    private final SimChance chance;
    private final SimAdmin admin;

    TopicHarm(SimCluster cluster, SimChance chance, SimAdmin admin) {
        this.cluster = cluster;
        this.chance = chance;
        this.admin = admin;
    }

    void changeMinIsr(Runnable happened) {
        int minIsr = 1 + chance.random().nextInt(cluster.options().replicationFactor());
        if (minIsr == 1 && cluster.copies().isAnyLostUnnoticed()) {
            return; // the lost one may be the one
        }
        AlterTopicConfigRequest request =
                AlterTopicConfigRequest.newBuilder()
                        .setTopic(SimCluster.TOPIC)
                        .putConfigs("min.insync.replicas", "" + minIsr)
                        .build();
        admin.<AlterTopicConfigResponse>ask(
                "a min ISR of " + minIsr,
                stub -> stub.alterTopicConfig(request),
                answer -> happened.run());
    }

    void addPartition(Runnable happened) {
        int count = cluster.image().topic(SimCluster.TOPIC).map(this::count).orElse(0);
        if (count == 0 || count >= cluster.options().partitions() + MOST_ADDED) {
            return;
        }
        CreatePartitionsRequest request =
                CreatePartitionsRequest.newBuilder()
                        .setTopic(SimCluster.TOPIC)
                        .setPartitionCount(count + 1)
                        .build();
        admin.<CreatePartitionsResponse>ask(
                count + 1 + " partitions",
                stub -> stub.createPartitions(request),
                answer -> {
                    cluster.clients().work(SimCluster.TOPIC, count + 1);
                    happened.run();
                });
    }

    private int count(TopicImage topic) {
        return topic.partitions().size();
    }

    void makeAnew(Runnable happened) {
        cluster.topicCycle().begin(happened);
    }
}
