// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.replication.Partitions;
import io.taffrail.model.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What reading stands on.
 *
 * @param brokerId this broker's
 * @param forwarding to what other brokers lead
 * @param readers threads that may wait for the disk, decompress and encode
 * @param timer runs what must not block, soon
 */
public record FetchEnvironment(
        int brokerId,
        Partitions partitions,
        Forwarding forwarding,
        ClusterView cluster,
        Executor readers,
        ScheduledExecutorService timer,
        Clock clock) {}
