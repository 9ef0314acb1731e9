// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.decide.ControllerState;
import io.taffrail.model.cluster.MetadataChange;
import java.util.List;

/** What a Raft member tells the rest of the controller. Called on Ratis's threads: never block. */
public interface RaftEvents {
    /** An entry was applied; {@code changes} is empty for one that changed nothing. In order. */
    void applied(List<MetadataChange> changes, ControllerState after);

    /** The state was replaced by a snapshot's: what came between is not known. */
    void replaced(ControllerState state);

    /** This member leads, and has applied all that was committed before. */
    void leaderReady();

    /** This member leads no longer. */
    void notLeader();

    /** This member cannot go on; the process had better end. Told once. */
    void died(String why);
}
