// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.replication.Partitions;
import io.taffrail.model.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the calls of this package stand on.
 *
 * @param brokerId of this broker
 * @param forwarding to what other brokers lead
 * @param worker appends what is large or compressed, so that no event loop is held up
 * @param timer for idle slots; its tasks are short
 */
public record ProduceServices(
        int brokerId,
        Partitions partitions,
        Forwarding forwarding,
        ClusterView cluster,
        ActiveController controller,
        Executor worker,
        ScheduledExecutorService timer,
        Clock clock,
        ProduceLimits limits,
        ProduceObserver observer) {}
