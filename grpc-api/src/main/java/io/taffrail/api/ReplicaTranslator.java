// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import io.taffrail.api.internal.v1.Replica;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.util.List;

/** Replicas, and what is wrong with them. */
public final class ReplicaTranslator {
    private ReplicaTranslator() {}

    public static Replica toProto(ReplicaEntry replica) {
        return Replica.newBuilder()
                .setBrokerId(replica.brokerId())
                .setDirectoryId(DirectoryIdTranslator.toProto(replica.directoryId()))
                .setFlushProven(replica.flushProven())
                .setFault(toProto(replica.fault()))
                .setPlacedIndex(replica.placedIndex())
                .build();
    }

    static List<Replica> toProtos(List<ReplicaEntry> replicas) {
        return replicas.stream().map(ReplicaTranslator::toProto).toList();
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static ReplicaEntry toModel(Replica replica) {
        return new ReplicaEntry(
                replica.getBrokerId(),
                DirectoryIdTranslator.toModel(replica.getDirectoryId()),
                replica.getFlushProven(),
                toModel(replica.getFault()),
                replica.getPlacedIndex());
    }

    static List<ReplicaEntry> toModels(List<Replica> replicas) {
        return replicas.stream().map(ReplicaTranslator::toModel).toList();
    }

    public static io.taffrail.api.internal.v1.ReplicaFault toProto(ReplicaFault fault) {
        return switch (fault) {
            case NONE -> io.taffrail.api.internal.v1.ReplicaFault.REPLICA_FAULT_UNSPECIFIED;
            case CORRUPT -> io.taffrail.api.internal.v1.ReplicaFault.REPLICA_FAULT_CORRUPT;
            case LOST -> io.taffrail.api.internal.v1.ReplicaFault.REPLICA_FAULT_LOST;
            case SUSPECT -> io.taffrail.api.internal.v1.ReplicaFault.REPLICA_FAULT_SUSPECT;
        };
    }

    /** A fault that only a later version knows is still a fault: the log counts as damaged. */
    public static ReplicaFault toModel(io.taffrail.api.internal.v1.ReplicaFault fault) {
        return switch (fault) {
            case REPLICA_FAULT_UNSPECIFIED -> ReplicaFault.NONE;
            case REPLICA_FAULT_CORRUPT, UNRECOGNIZED -> ReplicaFault.CORRUPT;
            case REPLICA_FAULT_LOST -> ReplicaFault.LOST;
            case REPLICA_FAULT_SUSPECT -> ReplicaFault.SUSPECT;
        };
    }
}
