// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.BrokerSummary.State;
import io.taffrail.client.admin.ClusterDescription;
import io.taffrail.client.admin.ClusterHealth;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AilmentsTest {
    private static final ClusterHealth WELL = new ClusterHealth(2, 6, 0, 0, 0, 0, 0);

    private static List<String> ailments(
            OptionalInt controller, ClusterHealth health, BrokerSummary... brokers) {
        return Ailments.of(
                new ClusterDescription(
                        "id",
                        new MetadataVersion(1, 1),
                        controller,
                        List.of(0),
                        1,
                        1,
                        List.of(brokers),
                        health));
    }

    private static BrokerSummary broker(State state, boolean readOnly) {
        return new BrokerSummary(4, 1, "h:1", "", state, readOnly, false);
    }

    @Test
    void aClusterThatLacksNothingIsHealthy() {
        assertThat(ailments(OptionalInt.of(0), WELL, broker(State.ACTIVE, false))).isEmpty();
    }

    @Test
    void aMoveOrAnOrderlyStopIsNoAilment() {
        ClusterHealth moving = new ClusterHealth(2, 6, 0, 0, 0, 3, 0);

        assertThat(ailments(OptionalInt.of(0), moving, broker(State.SHUTTING_DOWN, false)))
                .isEmpty();
    }

    @Test
    void saysEverythingThatIsWrong() {
        ClusterHealth ill = new ClusterHealth(2, 6, 1, 2, 3, 0, 4);

        List<String> found =
                ailments(
                        OptionalInt.empty(),
                        ill,
                        broker(State.FENCED, false),
                        broker(State.ACTIVE, true));

        assertThat(found).hasSize(7);
        assertThat(found.get(0)).contains("no controller is active");
        assertThat(found.get(1)).startsWith("1 partition without a leader");
        assertThat(found.get(2)).startsWith("2 partitions with fewer in-sync replicas");
        assertThat(found.get(3)).startsWith("4 replicas reported");
        assertThat(found.get(4)).startsWith("3 partitions with a replica that is not in sync");
        assertThat(found.get(5)).startsWith("broker 4 is fenced");
        assertThat(found.get(6)).startsWith("broker 4 is read-only");
    }
}
