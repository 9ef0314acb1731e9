// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import java.io.IOException;

/** Where a node keeps in mind which cluster it belongs to, beside Raft's own folder. */
public interface ClusterHome {
    /**
     * The node belongs to this cluster from now on. Durable when this returns; nothing happens if
     * that is known already.
     *
     * @throws IOException if it cannot be written, or the node belongs to another one
     */
    void belongTo(String clusterId) throws IOException;
}
