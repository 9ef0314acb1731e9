// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.api.internal.v1.TrafficClass;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.broker.replication.ReplicationTarget;

/** Which stream to its leader a replica is on: catching up never delays those that are in sync. */
public enum Traffic {
    IN_SYNC(TrafficClass.TRAFFIC_CLASS_IN_SYNC, PeerChannels.Use.IN_SYNC),
    CATCH_UP(TrafficClass.TRAFFIC_CLASS_CATCH_UP, PeerChannels.Use.CATCH_UP);

    private final TrafficClass proto;
    private final PeerChannels.Use use;

    Traffic(TrafficClass proto, PeerChannels.Use use) {
        this.proto = proto;
        this.use = use;
    }

    static Traffic of(ReplicationTarget target) {
        return target.isInSync() ? IN_SYNC : CATCH_UP;
    }

    TrafficClass toProto() {
        return proto;
    }

    /** The connection that carries it. */
    PeerChannels.Use use() {
        return use;
    }
}
