// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.ClusterEvent;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.ReplicaDescription;
import io.taffrail.client.admin.TopicSummary;
import java.util.List;

/** What changed in the cluster, in a line for people. */
final class EventText {
    private EventText() {}

    static String of(ClusterEvent event) {
        if (event instanceof ClusterEvent.BrokerChanged changed) {
            return broker(changed.broker());
        } else if (event instanceof ClusterEvent.BrokerRemoved removed) {
            return "broker " + removed.brokerId() + ": unregistered";
        } else if (event instanceof ClusterEvent.TopicChanged changed) {
            return topic(changed.topic());
        } else if (event instanceof ClusterEvent.TopicDeleted deleted) {
            return "topic " + deleted.topic().topic() + ": deleted";
        } else if (event instanceof ClusterEvent.PartitionChanged changed) {
            return partition(changed);
        } else if (event instanceof ClusterEvent.ControllerChanged changed) {
            return changed.activeControllerId().isPresent()
                    ? "controller %d: active, term %d"
                            .formatted(changed.activeControllerId().getAsInt(), changed.term())
                    : "controller: none is active, term " + changed.term();
        }
        return "something that only a later version of this command knows";
    }

    private static String broker(BrokerSummary broker) {
        List<String> notes = ClusterTables.notes(broker);
        return "broker %d: %s, %s%s"
                .formatted(
                        broker.brokerId(),
                        ClusterTables.state(broker),
                        broker.address(),
                        notes.isEmpty() ? "" : ", " + String.join(", ", notes));
    }

    private static String topic(TopicSummary topic) {
        return "topic %s: partitions %d, replicas of each %d"
                .formatted(topic.topic(), topic.partitionCount(), topic.replicationFactor());
    }

    private static String partition(ClusterEvent.PartitionChanged changed) {
        PartitionDescription partition = changed.partition();
        return "partition %s-%d: leader %s, epoch %d, replicas %s, ISR %s"
                .formatted(
                        changed.topic(),
                        partition.partition(),
                        partition.leaderId().isPresent() ? partition.leaderId().getAsInt() : "none",
                        partition.leaderEpoch(),
                        partition.replicas().stream().map(ReplicaDescription::brokerId).toList(),
                        partition.isr());
    }
}
