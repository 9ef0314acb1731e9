// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.model.cluster.DirectoryId;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PeerMetricsTest {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PeerMetrics metrics = new PeerMetrics(registry);

    @Test
    void showsEachPeerAsItIsNow() {
        metrics.show(List.of(member(0, 10, 0), member(1, 8, 40)), 10);
        metrics.show(List.of(member(0, 20, 0), member(1, 15, 50)), 20);

        assertThat(registry.scrape())
                .contains("taffrail_controller_peer_lag_entries{peer=\"1\"} 5.0")
                .contains("taffrail_controller_peer_contact_age_seconds{peer=\"1\"} 0.05");
    }

    @Test
    void forgetsAPeerThatIsGone() {
        metrics.show(List.of(member(0, 10, 0), member(1, 8, 40)), 10);
        metrics.show(List.of(member(0, 10, 0)), 10);

        assertThat(registry.scrape()).contains("peer=\"0\"").doesNotContain("peer=\"1\"");
    }

    @Test
    void showsTheDiskOfANodeThatSpokeLast() {
        metrics.show(List.of(member(1, 2, 90_000), member(1, 9, 40)), 10);

        assertThat(registry.scrape())
                .contains("taffrail_controller_peer_lag_entries{peer=\"1\"} 1.0");
    }

    /** A page is read collector by collector; between any two of them the peers may change. */
    @Test
    void changesWhileAPageIsRead() {
        for (int i = 0; i < 50; i++) {
            Gauge.builder("other." + i, () -> showOne(registry.getMeters().size()))
                    .register(registry);
        }
        showOne(0);

        for (int i = 0; i < 50; i++) {
            assertThat(registry.scrape().split("peer_lag_entries\\{", -1)).hasSize(2);
        }
    }

    private long showOne(long index) {
        metrics.show(List.of(member(0, index, 0)), index);
        return index;
    }

    private static QuorumMember member(int nodeId, long matchIndex, long sinceContactMs) {
        DirectoryId directory = new DirectoryId(new UUID(1, sinceContactMs));
        return new QuorumMember(
                new PeerName(nodeId, directory),
                "",
                "",
                true,
                matchIndex,
                OptionalLong.of(sinceContactMs));
    }
}
