// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.config.ControllerAddress;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.metadata.ClusterState;
import io.taffrail.broker.metadata.ControllerChannels;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.model.HostPort;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cluster as a broker knows it, and how it reaches the others.
 *
 * @param controllers connections to them
 * @param cluster what the metadata says
 * @param peers connections to other brokers, for as long as there is a cluster
 * @param forwarding passes on what is led elsewhere
 */
record ClusterLinks(
        ControllerChannels controllers,
        ClusterState cluster,
        PeerChannels peers,
        Forwarding forwarding)
        implements AutoCloseable {
    /** Connects to nobody yet. */
    static ClusterLinks in(BrokerSetting setting) {
        NodeExecutors threads = setting.threads();
        ControllerChannels controllers =
                new ControllerChannels(addresses(setting), setting.environment().connections());
        ClusterState cluster = new ClusterState(threads.timer(), controllers::active);
        PeerChannels peers = new PeerChannels(setting.environment().connections());
        cluster.subscribe(peers::retainOnly);
        return new ClusterLinks(
                controllers,
                cluster,
                peers,
                new Forwarding(
                        peers, cluster, threads.timer(), threads.workers(), setting.clock()));
    }

    private static Map<Integer, HostPort> addresses(BrokerSetting setting) {
        Map<Integer, HostPort> addresses = new TreeMap<>();
        for (ControllerAddress controller : setting.config().controllers()) {
            addresses.put(
                    controller.id(),
                    controller.id() == setting.brokerId()
                            ? reachable(setting.listen())
                            : controller.api());
        }
        return addresses;
    }

    /** One's own server that listens on all addresses is reached on the loopback. */
    private static HostPort reachable(HostPort listen) {
        return switch (listen.host()) {
            case "0.0.0.0" -> new HostPort("127.0.0.1", listen.port());
            case "::" -> new HostPort("::1", listen.port());
            default -> listen;
        };
    }

    @Override
    public void close() {
        controllers.close();
        peers.close();
    }
}
