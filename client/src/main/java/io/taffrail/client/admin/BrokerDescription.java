// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.model.cluster.MetadataVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A broker, whole.
 *
 * @param directories by directory id
 * @param softwareVersion for people
 * @param registerTime when this registration was made
 * @param controller also a member of the controllers' Raft group
 * @param replicaCount replicas assigned to it
 * @param leaderCount partitions it leads
 * @param appliedVersion what it had applied of the metadata; empty: it has no session
 */
public record BrokerDescription(
        BrokerSummary summary,
        List<BrokerEndpoint> endpoints,
        List<DirectoryDescription> directories,
        int minFeatureLevel,
        int maxFeatureLevel,
        String softwareVersion,
        Instant registerTime,
        boolean controller,
        int replicaCount,
        int leaderCount,
        Optional<MetadataVersion> appliedVersion) {
    public BrokerDescription {
        endpoints = List.copyOf(endpoints);
        directories = List.copyOf(directories);
    }
}
