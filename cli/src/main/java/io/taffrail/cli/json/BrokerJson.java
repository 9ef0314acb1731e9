// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.json;

import static io.taffrail.cli.JsonLines.int64;

import com.fasterxml.jackson.core.JsonGenerator;
import io.taffrail.client.admin.BrokerDescription;
import io.taffrail.client.admin.BrokerEndpoint;
import io.taffrail.client.admin.DirectoryDescription;
import java.io.IOException;

/** The messages about one broker. */
public final class BrokerJson {
    private BrokerJson() {}

    /** {@code BrokerDescription}. */
    public static void description(JsonGenerator json, BrokerDescription broker)
            throws IOException {
        ProtoJson.message(json, "summary", broker.summary(), ClusterJson::broker);
        ProtoJson.messages(json, "endpoints", broker.endpoints(), BrokerJson::endpoint);
        ProtoJson.messages(json, "directories", broker.directories(), BrokerJson::directory);
        json.writeNumberField("minFeatureLevel", broker.minFeatureLevel());
        json.writeNumberField("maxFeatureLevel", broker.maxFeatureLevel());
        json.writeStringField("softwareVersion", broker.softwareVersion());
        json.writeStringField("registerTime", broker.registerTime().toString());
        json.writeBooleanField("controller", broker.controller());
        json.writeNumberField("replicaCount", broker.replicaCount());
        json.writeNumberField("leaderCount", broker.leaderCount());
        if (broker.appliedVersion().isPresent()) {
            ProtoJson.message(
                    json, "appliedVersion", broker.appliedVersion().get(), ClusterJson::version);
        }
    }

    private static void endpoint(JsonGenerator json, BrokerEndpoint endpoint) throws IOException {
        ProtoJson.constant(json, "kind", "ENDPOINT_KIND_", endpoint.kind());
        json.writeStringField("address", endpoint.address());
    }

    private static void directory(JsonGenerator json, DirectoryDescription directory)
            throws IOException {
        json.writeStringField("directoryId", directory.directoryId());
        json.writeStringField("path", directory.path());
        ProtoJson.constant(json, "state", "DIRECTORY_STATE_", directory.state());
        int64(json, "totalBytes", directory.totalBytes());
        int64(json, "freeBytes", directory.freeBytes());
        int64(json, "reserveBytes", directory.reserveBytes());
        int64(json, "logBytes", directory.logBytes());
        json.writeNumberField("replicaCount", directory.replicaCount());
    }
}
