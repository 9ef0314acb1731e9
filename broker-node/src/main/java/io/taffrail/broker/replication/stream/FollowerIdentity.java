// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.api.internal.v1.ReplicaStreamOpen;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Who follows.
 *
 * @param clusterId of the cluster that it joined
 * @param brokerEpoch of its registration, as it is at the moment
 */
public record FollowerIdentity(int brokerId, Supplier<String> clusterId, LongSupplier brokerEpoch) {
    ReplicaStreamOpen streamTo(int leaderId, Traffic traffic) {
        return ReplicaStreamOpen.newBuilder()
                .setClusterId(clusterId.get())
                .setBrokerId(brokerId)
                .setBrokerEpoch(brokerEpoch.getAsLong())
                .setLeaderId(leaderId)
                .setTrafficClass(traffic.toProto())
                .build();
    }
}
