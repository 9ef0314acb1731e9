// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.raft;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.model.cluster.MetadataVersion;

/** What each member makes of an entry of the log: all of them the same. */
@FunctionalInterface
public interface Decisions {
    /** The controller's own. */
    Decisions PROTOCOL = ControllerState::decide;

    Decision decide(ControllerState state, Command command, MetadataVersion at, long timeMs);
}
