// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.util.Optional;

/**
 * A controller to add.
 *
 * @param controller the node, and its data directory, which it names when it is formatted
 * @param raftAddress Raft's address, host:port; never to be changed afterwards
 * @param apiAddress where the node's API is, host:port
 * @param replaces a member to take out in the same change; empty: none
 */
public record NewController(
        ControllerRef controller,
        String raftAddress,
        String apiAddress,
        Optional<ControllerRef> replaces) {}
