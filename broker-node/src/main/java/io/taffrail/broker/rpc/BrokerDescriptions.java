// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.v1.BrokerAddress;
import io.taffrail.api.v1.BrokerState;
import io.taffrail.api.v1.BrokerSummary;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.BrokerEntry;

/** Brokers as clients see them. */
final class BrokerDescriptions {
    private BrokerDescriptions() {}

    static BrokerSummary summary(BrokerEntry broker) {
        return BrokerSummary.newBuilder()
                .setBrokerId(broker.brokerId())
                .setBrokerEpoch(broker.brokerEpoch())
                .setAddress(address(broker))
                .setRack(broker.rack().orElse(""))
                .setState(state(broker))
                .setReadOnly(broker.readOnly())
                .setDecommissioning(broker.decommissioning())
                .build();
    }

    /** Of a broker that clients may use. */
    static BrokerAddress clientAddress(BrokerEntry broker) {
        return BrokerAddress.newBuilder()
                .setBrokerId(broker.brokerId())
                .setAddress(address(broker))
                .setRack(broker.rack().orElse(""))
                .build();
    }

    private static String address(BrokerEntry broker) {
        return broker.apiAddress().map(HostPort::toString).orElse("");
    }

    private static BrokerState state(BrokerEntry broker) {
        if (broker.fenced()) {
            return BrokerState.BROKER_STATE_FENCED;
        }
        return broker.shuttingDown()
                ? BrokerState.BROKER_STATE_SHUTTING_DOWN
                : BrokerState.BROKER_STATE_ACTIVE;
    }
}
