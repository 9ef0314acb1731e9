// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.v1.DirectoryDescription;
import io.taffrail.api.v1.DirectoryState;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Data directories as clients see them: this broker's own with figures, others' as far as the
 * controllers know them.
 */
final class DirectoryDescriptions {
    private final int nodeId;
    private final DirectoryReport report;

    DirectoryDescriptions(int nodeId, DirectoryReport report) {
        this.nodeId = nodeId;
        this.report = report;
    }

    /** The broker's directories, by id. */
    List<DirectoryDescription> of(BrokerEntry broker, BrokerLoad load) {
        Map<DirectoryId, DirectoryReport.Directory> figures =
                broker.brokerId() == nodeId ? reported() : Map.of();
        return broker.directories().stream()
                .sorted(Comparator.comparing(directory -> directory.id().toString()))
                .map(directory -> describe(directory, figures.get(directory.id()), load))
                .toList();
    }

    private Map<DirectoryId, DirectoryReport.Directory> reported() {
        return report.directories().stream()
                .collect(Collectors.toMap(DirectoryReport.Directory::id, Function.identity()));
    }

    private static DirectoryDescription describe(
            BrokerEntry.Directory registered, DirectoryReport.Directory figures, BrokerLoad load) {
        DirectoryDescription.Builder description =
                DirectoryDescription.newBuilder()
                        .setDirectoryId(registered.id().toString())
                        .setReplicaCount(load.byDirectory().getOrDefault(registered.id(), 0));
        if (figures != null) {
            description
                    .setPath(figures.path().toString())
                    .setState(state(figures.use()))
                    .setTotalBytes(figures.totalBytes())
                    .setFreeBytes(figures.freeBytes())
                    .setReserveBytes(figures.reserveBytes())
                    .setLogBytes(figures.logBytes());
        }
        if (registered.offline()) {
            description.setState(DirectoryState.DIRECTORY_STATE_OFFLINE);
        }
        return description.build();
    }

    private static DirectoryState state(DirectoryReport.Use use) {
        return switch (use) {
            case ONLINE -> DirectoryState.DIRECTORY_STATE_ONLINE;
            case OFFLINE -> DirectoryState.DIRECTORY_STATE_OFFLINE;
            case READ_ONLY -> DirectoryState.DIRECTORY_STATE_READ_ONLY;
        };
    }
}
