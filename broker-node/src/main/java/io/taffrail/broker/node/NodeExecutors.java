// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Where a node's work runs, each kind apart, so that what waits for the disk holds up nothing else.
 *
 * @param timer short tasks at a given time; never blocks
 * @param session one thread; the session with the controller alone
 * @param metadata one thread; what the metadata says is put into effect there, which blocks
 * @param upkeep retention, compaction, scrub
 * @param flushers rounds of fsync: they wait for the disk, and many logs may do so at a time
 * @param workers what takes CPU: large and compressed batches
 * @param appenders entries from leaders: checked, and written to the logs that follow
 * @param readers reads of what is not in memory, decoding for readers
 * @param blocking what waits for the disk otherwise: opening and closing logs, deleting records
 */
public record NodeExecutors(
        ScheduledExecutorService timer,
        ScheduledExecutorService session,
        ScheduledExecutorService metadata,
        ScheduledExecutorService upkeep,
        Executor flushers,
        Executor workers,
        Executor appenders,
        Executor readers,
        Executor blocking) {}
