// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.Table;
import io.taffrail.client.admin.BrokerSummary;
import io.taffrail.client.admin.ClusterDescription;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The cluster for people. */
public final class ClusterTables {
    private ClusterTables() {}

    /** Writes the cluster and its brokers. */
    public static void write(ClusterDescription cluster, OutputStream out) throws IOException {
        String head =
                "cluster %s: topics %d, partitions %d, controllers %s, active %s, feature level %d%n%n"
                        .formatted(
                                cluster.clusterId(),
                                cluster.health().topicCount(),
                                cluster.health().partitionCount(),
                                cluster.controllerIds(),
                                cluster.activeControllerId().isPresent()
                                        ? cluster.activeControllerId().getAsInt()
                                        : "none",
                                cluster.featureLevel());
        out.write(head.getBytes(UTF_8));
        Table table = new Table("BROKER", "STATE", "ADDRESS", "RACK", "NOTES");
        for (BrokerSummary broker : cluster.brokers()) {
            table.row(
                    broker.brokerId(),
                    state(broker),
                    broker.address(),
                    broker.rack(),
                    String.join("; ", notes(broker)));
        }
        table.writeTo(out);
    }

    static String state(BrokerSummary broker) {
        return broker.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static List<String> notes(BrokerSummary broker) {
        List<String> notes = new ArrayList<>();
        if (broker.readOnly()) {
            notes.add("read-only: its disk is full");
        }
        if (broker.decommissioning()) {
            notes.add("being emptied");
        }
        return notes;
    }
}
