// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.ControllerPeer;
import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.quorum.PeerName;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What this controller says of itself, as it changes. Safe for any thread. */
public final class OwnIntroduction {
    private final GroupPeer self;
    private final List<String> controllers;
    private Optional<FormedGroup> written = Optional.empty();
    private Optional<Supplier<GroupConfiguration>> configuration = Optional.empty();

    public OwnIntroduction(ControllerSettings settings) {
        PeerName name = new PeerName(settings.nodeId(), settings.directoryId());
        ControllerPeer listed = settings.self();
        self = new GroupPeer(name, listed.raftAddress(), listed.apiAddress());
        controllers = settings.peers().stream().map(ControllerPeer::toString).toList();
    }

    public synchronized Introduction get() {
        return new Introduction(
                self,
                controllers,
                written,
                configuration.isPresent(),
                configuration.map(Supplier::get).orElse(GroupConfiguration.NONE));
    }

    /** It has written down a group. */
    public synchronized void wrote(FormedGroup group) {
        written = Optional.of(group);
    }

    /**
     * Raft runs here.
     *
     * @param newest the configuration that is the newest in its log at the time
     */
    public synchronized void running(Supplier<GroupConfiguration> newest) {
        configuration = Optional.of(newest);
    }
}
