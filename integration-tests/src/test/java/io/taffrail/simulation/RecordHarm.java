// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.api.v1.DeleteRecordsRequest;
import io.taffrail.api.v1.DeleteRecordsResponse;
import io.taffrail.api.v1.DeleteRecordsResult;
import io.taffrail.api.v1.DeleteRecordsTarget;
import io.taffrail.api.v1.PartitionRef;

/** Deletes the oldest records of a partition, which every replica has to follow (P16). */
final class RecordHarm {
    private final SimCluster cluster;
    private final SimChance chance;

    RecordHarm(SimCluster cluster, SimChance chance) {
        this.cluster = cluster;
        this.chance = chance;
    }

    /** Some of what was acknowledged, or all of it. */
    void delete(Runnable happened) {
        SimHistory history = cluster.clients().history();
        int partition = chance.random().nextInt(cluster.options().partitions());
        long from = history.mayBeginAt(partition);
        int left = (int) (history.acknowledgedEnd(partition) - from);
        if (left <= 0) {
            return;
        }
        long before = from + 1 + chance.random().nextInt(left);
        history.deleting(partition, before);
        cluster.admin()
                .<DeleteRecordsResponse>ask(
                        "nothing before %d in partition %d".formatted(before, partition),
                        stub -> stub.deleteRecords(request(partition, before)),
                        answer -> deleted(partition, answer.getResults(0), happened));
    }

    private static DeleteRecordsRequest request(int partition, long before) {
        return DeleteRecordsRequest.newBuilder()
                .addTargets(
                        DeleteRecordsTarget.newBuilder()
                                .setPartition(
                                        PartitionRef.newBuilder()
                                                .setTopic(SimCluster.TOPIC)
                                                .setPartition(partition))
                                .setBeforeOffset(before))
                .build();
    }

    private void deleted(int partition, DeleteRecordsResult result, Runnable happened) {
        if (result.hasLogStartOffset()) {
            cluster.clients().history().deleted(partition, result.getLogStartOffset());
            happened.run();
        }
    }
}
