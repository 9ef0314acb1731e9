// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.model.HostPort;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * The controllers' log, as the services see it. Safe for any thread; never blocks on a majority.
 */
public interface Proposer {
    /** The newest state that was applied here. */
    ControllerState state();

    /** Whether this node is the active controller. */
    boolean active();

    /** Node id of the active controller, as far as is known. */
    OptionalInt activeControllerId();

    /** Where the API of a controller is, as far as is known. */
    Optional<HostPort> apiAddress(int controllerId);

    /** Where the APIs of all controllers are, by node id. */
    SortedMap<Integer, HostPort> controllers();

    /** Raft's current term. */
    long term();

    /**
     * Puts a command into the log; completes once it is applied here. Fails with a {@link
     * io.taffrail.controller.quorum.NotActiveException}.
     */
    CompletableFuture<Applied> propose(Command command);
}
