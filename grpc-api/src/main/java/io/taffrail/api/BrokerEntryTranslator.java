// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.api.internal.v1.BrokerRegistration;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Brokers as registered. */
final class BrokerEntryTranslator {
    private BrokerEntryTranslator() {}

    static BrokerRegistration toProto(BrokerEntry broker) {
        BrokerRegistration.Builder proto =
                BrokerRegistration.newBuilder()
                        .setBrokerId(broker.brokerId())
                        .setBrokerEpoch(broker.brokerEpoch())
                        .setIncarnationId(DirectoryIdTranslator.toProto(broker.incarnationId()))
                        .addAllEndpoints(EndpointTranslator.toProtos(broker.endpoints()))
                        .setRack(broker.rack().orElse(""))
                        .setFenced(broker.fenced())
                        .setShuttingDown(broker.shuttingDown())
                        .setReadOnly(broker.readOnly())
                        .setDecommissioning(broker.decommissioning())
                        .setMinFeatureLevel(broker.minFeatureLevel())
                        .setMaxFeatureLevel(broker.maxFeatureLevel())
                        .setSoftwareVersion(broker.softwareVersion())
                        .setRegisterTimeMs(broker.registerTimeMs());
        for (BrokerEntry.Directory directory : broker.directories()) {
            proto.addDirectoryIds(DirectoryIdTranslator.toProto(directory.id()));
            if (directory.offline()) {
                proto.addOfflineDirectoryIds(DirectoryIdTranslator.toProto(directory.id()));
            }
        }
        return proto.build();
    }

    static BrokerEntry toModel(BrokerRegistration proto) {
        return new BrokerEntry(
                proto.getBrokerId(),
                proto.getBrokerEpoch(),
                DirectoryIdTranslator.toUuid(proto.getIncarnationId()),
                EndpointTranslator.toModels(proto.getEndpointsList()),
                Optional.of(proto.getRack()).filter(rack -> !rack.isEmpty()),
                directories(proto),
                proto.getMinFeatureLevel(),
                proto.getMaxFeatureLevel(),
                proto.getSoftwareVersion(),
                proto.getRegisterTimeMs(),
                proto.getFenced(),
                proto.getShuttingDown(),
                proto.getReadOnly(),
                proto.getDecommissioning());
    }

    private static List<BrokerEntry.Directory> directories(BrokerRegistration proto) {
        Set<DirectoryId> offline =
                new HashSet<>(DirectoryIdTranslator.toModels(proto.getOfflineDirectoryIdsList()));
        return DirectoryIdTranslator.toModels(proto.getDirectoryIdsList()).stream()
                .map(id -> new BrokerEntry.Directory(id, offline.contains(id)))
                .toList();
    }
}
