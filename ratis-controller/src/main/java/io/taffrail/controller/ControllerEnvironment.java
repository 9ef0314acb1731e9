// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.taffrail.controller.membership.PeerConnections;
import io.taffrail.model.Clock;
import java.util.function.Consumer;

/**
 * What a controller needs of its node.
 *
 * @param clock for liveness, and for the time in commands
 * @param connections to the other controllers, while a group is formed or changed
 * @param home remembers the cluster
 * @param onDeath called at most once, on any thread, if the controller cannot go on: the process
 *     should end, since a node without its controller looks alive and is not. Not called after the
 *     controller is closed
 */
public record ControllerEnvironment(
        Clock clock, PeerConnections connections, ClusterHome home, Consumer<String> onDeath) {}
