// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.cluster;

import io.taffrail.model.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A broker as registered.
 *
 * @param brokerId the node's id, from 0
 * @param brokerEpoch number of its registration: the log index of the command
 * @param incarnationId random for each process
 * @param rack where it stands; replicas are spread over racks
 * @param directories its data directories, at least one
 * @param minFeatureLevel lowest feature level that it supports
 * @param maxFeatureLevel highest feature level that it supports
 * @param softwareVersion for people
 * @param registerTimeMs the active controller's clock at the registration
 * @param fenced not counted as alive (P6)
 * @param shuttingDown in controlled shutdown (P11)
 * @param readOnly below its disk reserve: leads nothing that another can, gets no placement (P10)
 * @param decommissioning all replicas are being moved off it
 */
public record BrokerEntry(
        int brokerId,
        long brokerEpoch,
        UUID incarnationId,
        List<Endpoint> endpoints,
        Optional<String> rack,
        List<Directory> directories,
        int minFeatureLevel,
        int maxFeatureLevel,
        String softwareVersion,
        long registerTimeMs,
        boolean fenced,
        boolean shuttingDown,
        boolean readOnly,
        boolean decommissioning) {

    /** A data directory of a broker, offline after a write or an fsync failed there (P18). */
    public record Directory(DirectoryId id, boolean offline) {}

    public BrokerEntry {
        endpoints = List.copyOf(endpoints);
        directories = List.copyOf(directories);
    }

    /** Whether it has that directory, and can use it. */
    public boolean online(DirectoryId directoryId) {
        return directories.contains(new Directory(directoryId, false));
    }

    /** Where clients and other brokers reach it. */
    public Optional<HostPort> apiAddress() {
        return endpoints.stream()
                .filter(endpoint -> endpoint.kind() == Endpoint.Kind.API)
                .map(Endpoint::address)
                .findFirst();
    }

    /** Counted as alive, and not about to leave. */
    public boolean active() {
        return !fenced && !shuttingDown;
    }

    /** The same registration, counted as alive or not. */
    public BrokerEntry withFenced(boolean value) {
        return with(value, shuttingDown, readOnly, decommissioning);
    }

    /** The same registration, leaving or not. */
    public BrokerEntry withShuttingDown(boolean value) {
        return with(fenced, value, readOnly, decommissioning);
    }

    /** The same registration, at its disk reserve or not. */
    public BrokerEntry withReadOnly(boolean value) {
        return with(fenced, shuttingDown, value, decommissioning);
    }

    /** The same registration, being emptied or not. */
    public BrokerEntry withDecommissioning(boolean value) {
        return with(fenced, shuttingDown, readOnly, value);
    }

    /** The same registration, with these of its directories offline and the others as they were. */
    public BrokerEntry withOffline(Set<DirectoryId> failed) {
        return new BrokerEntry(
                brokerId,
                brokerEpoch,
                incarnationId,
                endpoints,
                rack,
                directories.stream()
                        .map(
                                directory ->
                                        failed.contains(directory.id())
                                                ? new Directory(directory.id(), true)
                                                : directory)
                        .toList(),
                minFeatureLevel,
                maxFeatureLevel,
                softwareVersion,
                registerTimeMs,
                fenced,
                shuttingDown,
                readOnly,
                decommissioning);
    }

    private BrokerEntry with(boolean fence, boolean leave, boolean readsOnly, boolean empty) {
        return new BrokerEntry(
                brokerId,
                brokerEpoch,
                incarnationId,
                endpoints,
                rack,
                directories,
                minFeatureLevel,
                maxFeatureLevel,
                softwareVersion,
                registerTimeMs,
                fence,
                leave,
                readsOnly,
                empty);
    }
}
