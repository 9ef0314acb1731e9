// SPDX-License-Identifier: Apache-2.0
/**
 * Whole clusters on one thread and virtual time: the controllers, brokers and services that are
 * really there, on a simulated disk, clock and network, with a log of its own in the place of
 * Ratis. A seed decides everything; the same seed makes the same run. {@link
 * io.taffrail.simulation.SimCluster} is the door.
 */
package io.taffrail.simulation;
