// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.BeginControlledShutdown;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import java.util.Optional;

/** A broker that leaves in good order (P11). */
public final class ShutdownDecision {
    private ShutdownDecision() {}

    static Decision decide(Draft draft, BeginControlledShutdown command) {
        Optional<Refusal> stale = draft.staleBroker(command.brokerId(), command.brokerEpoch());
        if (stale.isPresent()) {
            return draft.refuse(stale.get());
        }
        BrokerEntry broker = draft.image().broker(command.brokerId()).orElseThrow();
        if (!broker.shuttingDown()) {
            draft.put(broker.withShuttingDown(true));
            LivenessDecision.leaveAll(draft, command.brokerId());
        }
        return draft.accept(new Reply.Done());
    }

    /**
     * Whether a broker had better stay for now: a partition would no longer take writes without it,
     * and a replica that is alive could still join in its place.
     */
    public static boolean isMissedBy(MetadataImage image, int brokerId) {
        for (var topicId : image.topicIdsByName().values()) {
            TopicImage topic = image.topic(topicId).orElseThrow();
            for (PartitionEntry partition : topic.partitions()) {
                if (partition.isr().contains(brokerId) && isMissed(image, partition, brokerId)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isMissed(MetadataImage image, PartitionEntry partition, int brokerId) {
        int left = partition.isr().size() - 1;
        int needed = partition.effectiveMinIsr();
        boolean writable = partition.leader().isPresent() && left + 1 >= needed;
        return writable && left < needed && couldHold(image, partition, brokerId) >= needed;
    }

    private static long couldHold(MetadataImage image, PartitionEntry partition, int without) {
        return partition.replicas().stream()
                .filter(replica -> replica.brokerId() != without)
                .filter(
                        replica ->
                                image.broker(replica.brokerId())
                                        .filter(BrokerEntry::active)
                                        .isPresent())
                .count();
    }
}
