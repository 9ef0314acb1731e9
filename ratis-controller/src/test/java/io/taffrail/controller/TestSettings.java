// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.grpc.netty.NettyChannelBuilder;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.config.TopicDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** A controller that is alone, on a port of the system's choice. */
public final class TestSettings {
    public static final DirectoryId DIRECTORY = new DirectoryId(new UUID(1, 2));

    private TestSettings() {}

    /** On the system's clock, with real connections. */
    public static ControllerEnvironment environment(Consumer<String> onDeath) {
        return new ControllerEnvironment(
                Clock.SYSTEM,
                address ->
                        NettyChannelBuilder.forAddress(address.host(), address.port())
                                .usePlaintext()
                                .build(),
                clusterId -> {},
                onDeath);
    }

    public static ControllerSettings alone(Path folder) {
        return alone(folder, 1, 20_000);
    }

    public static ControllerSettings alone(Path folder, int nodeId, long snapshotThreshold) {
        HostPort any = new HostPort("127.0.0.1", 0);
        return new ControllerSettings(
                nodeId,
                DIRECTORY,
                Optional.empty(),
                folder.resolve("raft"),
                any,
                List.of(new ControllerPeer(nodeId, any, new HostPort("127.0.0.1", 9650))),
                Duration.ofMillis(500),
                TopicDefaults.BUILT_IN,
                1,
                0,
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                snapshotThreshold,
                false);
    }
}
