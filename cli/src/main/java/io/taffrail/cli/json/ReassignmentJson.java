// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.admin.DecommissionStatus;
import io.taffrail.client.admin.ElectionResult;
import io.taffrail.client.admin.LostDisk;
import io.taffrail.client.admin.PartitionReassignment;
import io.taffrail.client.admin.ReassignmentPlan;
import io.taffrail.client.admin.ReassignmentResult;
import io.taffrail.client.admin.ReassignmentStatus;
import java.io.IOException;
import java.util.Optional;

/** The messages about moves, elections and brokers that leave. */
public final class ReassignmentJson {
    private ReassignmentJson() {}

    /** {@code ReassignmentResult}. */
    public static void result(JsonGenerator json, PartitionRef partition, ReassignmentResult result)
            throws IOException {
        ProtoJson.message(json, "partition", partition, ReassignmentJson::partition);
        if (result.status().isPresent()) {
            ProtoJson.message(json, "status", result.status().get(), ReassignmentJson::status);
        }
        error(json, result.error());
    }

    /** {@code ReassignmentStatus}. */
    public static void status(JsonGenerator json, ReassignmentStatus status) throws IOException {
        ProtoJson.message(json, "partition", status.partition(), ReassignmentJson::partition);
        ProtoJson.int32s(json, "brokerIds", status.brokerIds());
        ProtoJson.int32s(json, "addingBrokerIds", status.addingBrokerIds());
        ProtoJson.int32s(json, "removingBrokerIds", status.removingBrokerIds());
        ProtoJson.optional(json, "throttleBytesPerSecond", status.throttleBytesPerSecond());
        ProtoJson.optional(json, "copiedBytes", status.copiedBytes());
        ProtoJson.optional(json, "remainingBytes", status.remainingBytes());
    }

    /** {@code PlanReassignmentResponse}. */
    public static void plan(JsonGenerator json, ReassignmentPlan plan) throws IOException {
        ProtoJson.messages(
                json, "reassignments", plan.reassignments(), ReassignmentJson::reassignment);
        json.writeNumberField("movedReplicaCount", plan.movedReplicaCount());
    }

    private static void reassignment(JsonGenerator json, PartitionReassignment reassignment)
            throws IOException {
        ProtoJson.message(json, "partition", reassignment.partition(), ReassignmentJson::partition);
        if (reassignment.target().isPresent()) {
            ProtoJson.message(
                    json,
                    "target",
                    reassignment.target().get(),
                    (fields, brokerIds) -> ProtoJson.int32s(fields, "brokerIds", brokerIds));
        }
    }

    /** {@code ElectLeadersResult}. */
    public static void election(JsonGenerator json, ElectionResult result) throws IOException {
        ProtoJson.message(json, "partition", result.partition(), ReassignmentJson::partition);
        ProtoJson.optional(json, "leaderId", result.leaderId());
        json.writeNumberField("leaderEpoch", result.leaderEpoch());
        json.writeBooleanField("changed", result.changed());
        error(json, result.error());
    }

    /** {@code DecommissionBrokerResponse}. */
    public static void decommission(JsonGenerator json, DecommissionStatus status)
            throws IOException {
        ProtoJson.message(json, "broker", status.broker(), ClusterJson::broker);
        json.writeNumberField("remainingReplicaCount", status.remainingReplicaCount());
        ProtoJson.optional(json, "remainingBytes", status.remainingBytes());
        ProtoJson.messages(
                json, "stuckPartitions", status.stuckPartitions(), ReassignmentJson::partition);
    }

    /** {@code ReplaceDiskResponse}. */
    public static void lostDisk(JsonGenerator json, LostDisk disk) throws IOException {
        ProtoJson.message(json, "broker", disk.broker(), ClusterJson::broker);
        json.writeNumberField("replicaCount", disk.replicaCount());
        ProtoJson.messages(
                json,
                "leaderlessPartitions",
                disk.leaderlessPartitions(),
                ReassignmentJson::partition);
    }

    private static void partition(JsonGenerator json, PartitionRef partition) throws IOException {
        json.writeStringField("topic", partition.topic());
        json.writeNumberField("partition", partition.partition());
    }

    /** In place of {@code google.rpc.Status}, whose code is a number: the names tell more. */
    private static void error(JsonGenerator json, Optional<TaffrailException> error)
            throws IOException {
        if (error.isPresent()) {
            json.writeObjectFieldStart("error");
            json.writeStringField("code", error.get().code());
            if (error.get().reason().isPresent()) {
                json.writeStringField("reason", error.get().reason().get().name());
            }
            json.writeStringField("message", error.get().getMessage());
            json.writeEndObject();
        }
    }
}
