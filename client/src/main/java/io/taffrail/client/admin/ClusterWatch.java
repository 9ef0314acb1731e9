// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import java.util.concurrent.CompletableFuture;

/** A watch that goes on until it is closed; breaks of the connection are mended. */
public interface ClusterWatch extends AutoCloseable {
    /** Completes when the watch was closed, and with an exception when it cannot go on. */
    CompletableFuture<Void> ended();

    @Override
    void close();
}
