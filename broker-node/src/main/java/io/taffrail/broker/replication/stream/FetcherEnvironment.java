// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.model.Clock;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What following stands on.
 *
 * @param follower who this broker is, whenever it connects
 * @param appenders threads that write to logs; each stream uses one at a time
 * @param blocking threads that wait for the disk: cuts, restarts, moves of the log start
 * @param timer runs what must not block, soon
 * @param random spreads attempts to connect
 */
public record FetcherEnvironment(
        FollowerIdentity follower,
        LeaderChannels leaders,
        CatchUpThrottle throttle,
        Executor appenders,
        Executor blocking,
        ScheduledExecutorService timer,
        Clock clock,
        Random random) {}
