// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import static io.taffrail.node.errors.PlainClient.refused;

import io.taffrail.model.LogError;
import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker answers whose controllers are not there. */
class LonelyBrokerErrorsIT {
    @TempDir private static Path folder;
    private static NodeProcess node;
    private static PlainClient client;

    @BeforeAll
    static void start() throws IOException {
        node =
                NodeProcess.startUnready(
                        folder, "node.id=1", "roles=broker", "controllers=0@127.0.0.1:1:2");
        client = new PlainClient(node.api());
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @Test
    @Provokes(LogError.NOT_CONTROLLER)
    void changeThatNobodyCanDecide() {
        refused(() -> client.newTopic(Map.of())).is(LogError.NOT_CONTROLLER);
    }
}
