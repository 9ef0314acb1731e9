// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.fetch.serve.ServingSelfTest;
import io.taffrail.broker.metadata.ImageRule;
import io.taffrail.broker.partition.ReplicaRules;
import io.taffrail.broker.peer.ChannelFactory;
import io.taffrail.broker.peer.NettyChannelFactory;
import io.taffrail.broker.storage.Machine;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.Clock;
import java.util.function.Supplier;

/**
 * What a node runs on.
 *
 * @param files the disk with the data directory; Raft has its own way to it
 * @param machine whose boot, and whose locks
 * @param connections to the other nodes
 * @param servingPath how entries of the log reach the network; asked once by each broker
 * @param rules by which replicas lead and follow
 * @param images which images of the metadata count
 */
public record NodeEnvironment(
        FileSystem files,
        Machine machine,
        Clock clock,
        ChannelFactory connections,
        Supplier<ServingPath> servingPath,
        ReplicaRules rules,
        ImageRule images) {
    /** This machine. */
    public static final NodeEnvironment LOCAL =
            new NodeEnvironment(
                    new NioFileSystem(), Machine.LOCAL, Clock.SYSTEM, new NettyChannelFactory());

    /** On a real network: which way entries go is found out. */
    public NodeEnvironment(
            FileSystem files, Machine machine, Clock clock, ChannelFactory connections) {
        this(
                files,
                machine,
                clock,
                connections,
                ServingSelfTest::choosePath,
                ReplicaRules.PROTOCOL,
                ImageRule.PROTOCOL);
    }
}
