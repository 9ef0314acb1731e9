// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.quorum;

import io.taffrail.controller.decide.ControllerState;
import io.taffrail.model.cluster.MetadataChange;
import java.util.List;

/** What a member of the group tells the rest of its controller. Never blocks. */
public interface QuorumEvents {
    /** An entry was applied; {@code changes} is empty for one that changed nothing. In order. */
    void applied(List<MetadataChange> changes, ControllerState after);

    /** The state was replaced by a snapshot's: what came between is not known. */
    void replaced(ControllerState state);

    /** This member leads, and has applied all that was committed before. */
    void leaderReady();

    /** This member leads no longer. */
    void notLeader();

    /** This member was taken out of the group: it follows nothing any more. Told once. */
    void removed();

    /** This member cannot go on; the process had better end. Told once. */
    void died(String why);
}
