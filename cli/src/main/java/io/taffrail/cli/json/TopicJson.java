// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.json;

import static io.taffrail.cli.JsonLines.int64;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.client.admin.ConfigEntry;
import io.taffrail.client.admin.PartitionDescription;
import io.taffrail.client.admin.PartitionOffsets;
import io.taffrail.client.admin.ReplicaDescription;
import io.taffrail.client.admin.ReplicaProgress;
import io.taffrail.client.admin.TopicDescription;
import io.taffrail.client.admin.TopicSummary;
import java.io.IOException;
import java.util.Locale;

/** The messages about topics. */
public final class TopicJson {
    private TopicJson() {}

    /** {@code TopicSummary}. */
    public static void summary(JsonGenerator json, TopicSummary topic) throws IOException {
        json.writeStringField("topic", topic.topic());
        json.writeStringField("topicId", topic.topicId().toString());
        json.writeNumberField("partitionCount", topic.partitionCount());
        json.writeNumberField("replicationFactor", topic.replicationFactor());
        json.writeBooleanField("internal", topic.internal());
    }

    /** {@code TopicDescription}. */
    public static void description(JsonGenerator json, TopicDescription topic) throws IOException {
        json.writeStringField("topic", topic.topic());
        json.writeStringField("topicId", topic.topicId().toString());
        json.writeNumberField("partitionCount", topic.partitionCount());
        json.writeNumberField("replicationFactor", topic.replicationFactor());
        json.writeBooleanField("internal", topic.internal());
        String partitioner = topic.partitioner().toUpperCase(Locale.ROOT);
        json.writeStringField(
                "partitioner",
                "PARTITIONER_" + (partitioner.equals("UNKNOWN") ? "UNSPECIFIED" : partitioner));
        ProtoJson.messages(json, "configs", topic.configs(), TopicJson::config);
        ProtoJson.messages(json, "partitions", topic.partitions(), TopicJson::partition);
    }

    /** {@code ConfigEntry}. */
    public static void config(JsonGenerator json, ConfigEntry config) throws IOException {
        json.writeStringField("name", config.name());
        json.writeStringField("value", config.value());
        ProtoJson.constant(json, "source", "CONFIG_SOURCE_", config.source());
        json.writeStringField("inheritedValue", config.inheritedValue());
        json.writeBooleanField("readOnly", config.readOnly());
        json.writeStringField("documentation", config.documentation());
    }

    /** {@code PartitionDescription}. */
    public static void partition(JsonGenerator json, PartitionDescription partition)
            throws IOException {
        json.writeNumberField("partition", partition.partition());
        ProtoJson.optional(json, "leaderId", partition.leaderId());
        json.writeNumberField("leaderEpoch", partition.leaderEpoch());
        int64(json, "partitionEpoch", partition.partitionEpoch());
        ProtoJson.messages(json, "replicas", partition.replicas(), TopicJson::replica);
        ProtoJson.int32s(json, "isr", partition.isr());
        ProtoJson.int32s(json, "elr", partition.elr());
        ProtoJson.optional(json, "lastKnownLeaderId", partition.lastKnownLeaderId());
        json.writeNumberField("effectiveMinIsr", partition.effectiveMinIsr());
        json.writeBooleanField("recovering", partition.recovering());
        ProtoJson.int32s(json, "addingBrokerIds", partition.addingBrokerIds());
        ProtoJson.int32s(json, "removingBrokerIds", partition.removingBrokerIds());
        if (partition.offsets().isPresent()) {
            ProtoJson.message(json, "offsets", partition.offsets().get(), TopicJson::offsets);
        }
    }

    private static void replica(JsonGenerator json, ReplicaDescription replica) throws IOException {
        json.writeNumberField("brokerId", replica.brokerId());
        json.writeStringField("directoryId", replica.directoryId());
        ProtoJson.constant(json, "state", "REPLICA_STATE_", replica.state());
        if (replica.progress().isPresent()) {
            ProtoJson.message(json, "progress", replica.progress().get(), TopicJson::progress);
        }
    }

    private static void progress(JsonGenerator json, ReplicaProgress progress) throws IOException {
        int64(json, "acknowledgedOffset", progress.acknowledgedOffset());
        int64(json, "lagRecords", progress.lagRecords());
        ProtoJson.duration(json, "lagTime", progress.lagTime());
        ProtoJson.optional(json, "sizeBytes", progress.sizeBytes());
    }

    private static void offsets(JsonGenerator json, PartitionOffsets offsets) throws IOException {
        int64(json, "logStartOffset", offsets.logStartOffset());
        ProtoJson.optional(json, "highWatermark", offsets.highWatermark());
        int64(json, "logEndOffset", offsets.logEndOffset());
    }
}
