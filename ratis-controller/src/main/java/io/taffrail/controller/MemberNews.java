// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.quorum.QuorumEvents;
import io.taffrail.model.cluster.MetadataChange;
import java.util.List;

/** The member's news go to the services; that it was taken out is the node's business too. */
record MemberNews(QuorumEvents services, Runnable onRemoved) implements QuorumEvents {
    @Override
    public void applied(List<MetadataChange> changes, ControllerState after) {
        services.applied(changes, after);
    }

    @Override
    public void replaced(ControllerState state) {
        services.replaced(state);
    }

    @Override
    public void leaderReady() {
        services.leaderReady();
    }

    @Override
    public void notLeader() {
        services.notLeader();
    }

    @Override
    public void removed() {
        services.removed();
        onRemoved.run();
    }

    @Override
    public void died(String why) {
        services.died(why);
    }
}
