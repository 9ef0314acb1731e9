// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Where a controller's work is done. The first two run one task at a time each, and nothing on them
 * blocks.
 *
 * @param loop duties of the active controller, and sessions
 * @param feed the streams of metadata
 * @param probes looks whether a port is open, which may block for a short time
 */
public record ControllerExecutors(ScheduledExecutorService loop, Executor feed, Executor probes) {}
