// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.storage.Machine;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.Clock;

/**
 * What a node runs on.
 *
 * @param files the disk with the data directory; Raft has its own way to it
 * @param machine whose boot, and whose locks
 */
public record NodeEnvironment(FileSystem files, Machine machine, Clock clock) {
    /** This machine. */
    public static final NodeEnvironment LOCAL =
            new NodeEnvironment(new NioFileSystem(), Machine.LOCAL, Clock.SYSTEM);
}
