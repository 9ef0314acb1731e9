// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;

/**
 * What a broker is made in.
 *
 * @param listen where the API will listen
 * @param threads for this broker alone
 */
record BrokerSetting(
        NodeConfig config,
        HostPort listen,
        NodeEnvironment environment,
        DataDirectory directory,
        NodeExecutors threads) {
    int brokerId() {
        return config.nodeId();
    }

    Clock clock() {
        return environment.clock();
    }
}
