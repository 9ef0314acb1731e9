// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AlterTopicConfigRequest;
import io.taffrail.api.v1.CreatePartitionsRequest;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.DeleteTopicRequest;
import io.taffrail.model.LogError;
import io.taffrail.model.config.TopicSetting;
import java.util.Map;

/**
 * Refuses changes that no cluster could make, before they travel. What depends on the cluster's
 * state the active controller judges: names that are taken, settings, brokers, assignments.
 */
final class TopicChangeChecks {
    private static final int MAX_PARTITIONS = 10_000;
    private static final int MAX_REPLICAS = 1_000;
    private static final String OWN_NAMES = "__";

    private TopicChangeChecks() {}

    static void check(CreateTopicRequest request) {
        TopicNames.requireName(request.getTopic());
        if (request.getTopic().startsWith(OWN_NAMES)) {
            throw InvalidArgument.of("topic", "names that begin with __ are Taffrail's own");
        }
        InvalidArgument.unlessWithin(
                0, request.getPartitionCount(), MAX_PARTITIONS, "partition_count");
        InvalidArgument.unlessWithin(
                0, request.getReplicationFactor(), MAX_REPLICAS, "replication_factor");
        int assigned = request.getAssignmentsCount();
        InvalidArgument.unlessWithin(0, assigned, MAX_PARTITIONS, "assignments");
        if (assigned > 0 && request.getPartitionCount() != 0) {
            throw InvalidArgument.of("partition_count", "is given together with assignments");
        }
        if (assigned > 0 && request.getReplicationFactor() != 0) {
            throw InvalidArgument.of("replication_factor", "is given together with assignments");
        }
    }

    static void check(DeleteTopicRequest request) {
        checkNaming(request.getTopic(), request.getTopicId());
    }

    static void check(AlterTopicConfigRequest request) {
        checkNaming(request.getTopic(), request.getTopicId());
        for (String name : request.getUnsetConfigsList()) {
            if (request.containsConfigs(name)) {
                throw InvalidArgument.of("unset_configs", name + " is to be set and unset");
            }
        }
    }

    static void check(CreatePartitionsRequest request) {
        checkNaming(request.getTopic(), request.getTopicId());
        InvalidArgument.unlessWithin(
                1, request.getPartitionCount(), MAX_PARTITIONS, "partition_count");
        InvalidArgument.unlessWithin(
                0, request.getAssignmentsCount(), MAX_PARTITIONS, "assignments");
    }

    /** A topic that allows more would have its batches refused before it could judge them. */
    static void checkBatchBytes(Map<String, String> configs, int largestBatchBytes) {
        String key = TopicSetting.MAX_MESSAGE_BYTES.key();
        String value = configs.get(key);
        if (value != null
                && TopicSetting.MAX_MESSAGE_BYTES.problemWith(value).isEmpty()
                && Integer.parseInt(value) > largestBatchBytes) {
            throw StatusTranslator.toException(
                    LogFailure.of(
                                    LogError.INVALID_CONFIG,
                                    key
                                            + " is "
                                            + value
                                            + ": this cluster's servers take batches of at most "
                                            + largestBatchBytes
                                            + " bytes (api.max.request.bytes)")
                            .with("limit", largestBatchBytes)
                            .inField("configs"));
        }
    }

    private static void checkNaming(String topic, String topicId) {
        TopicNames.requireName(topic);
        TopicNames.checkId(topicId, "topic_id");
    }
}
