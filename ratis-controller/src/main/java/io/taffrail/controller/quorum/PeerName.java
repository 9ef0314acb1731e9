// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.quorum;

import io.taffrail.model.cluster.DirectoryId;

/**
 * Name of a Raft peer: {@code <node id>-<directory id>}, so that a wiped disk is another peer, and
 * never votes for an empty log (P2).
 */
public record PeerName(int nodeId, DirectoryId directoryId) {
    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is another
     */
    public static PeerName parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("not <node id>-<directory id>: " + text);
        }
        return new PeerName(
                Integer.parseInt(text.substring(0, dash)),
                DirectoryId.parse(text.substring(dash + 1)));
    }

    @Override
    public String toString() {
        return nodeId + "-" + directoryId;
    }
}
