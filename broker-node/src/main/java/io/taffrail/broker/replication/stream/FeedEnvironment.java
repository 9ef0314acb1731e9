// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.replication.ReplicationSources;
import io.taffrail.model.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What leading stands on.
 *
 * @param brokerId this broker's
 * @param readers threads that may wait for the disk
 * @param timer runs what must not block, soon
 */
public record FeedEnvironment(
        int brokerId,
        ClusterView cluster,
        ReplicationSources sources,
        Executor readers,
        ScheduledExecutorService timer,
        Clock clock) {}
