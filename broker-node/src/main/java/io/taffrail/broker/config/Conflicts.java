// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import static io.taffrail.broker.config.ConfigTable.API_ADVERTISED;
import static io.taffrail.broker.config.ConfigTable.API_LISTEN;
import static io.taffrail.broker.config.ConfigTable.CONTROLLERS;
import static io.taffrail.broker.config.ConfigTable.DEFAULT_REPLICATION_FACTOR;
import static io.taffrail.broker.config.ConfigTable.HTTP_LISTEN;
import static io.taffrail.broker.config.ConfigTable.INSECURE_LISTEN;
import static io.taffrail.broker.config.ConfigTable.MAX_REQUEST;
import static io.taffrail.broker.config.ConfigTable.NODE_ID;
import static io.taffrail.broker.config.ConfigTable.RAFT_LISTEN;
import static io.taffrail.broker.config.ConfigTable.ROLES;

import io.taffrail.model.HostPort;
import io.taffrail.model.config.TopicSetting;
import java.util.List;

/**
 * Finds values that are sound each by itself and do not go together. A rule is left out where one
 * of its values is wrong in itself, which was said already.
 */
final class Conflicts {
    private static final ConfigKey<String> MIN_INSYNC_REPLICAS =
            ConfigTable.topicDefault(TopicSetting.MIN_INSYNC_REPLICAS);
    private static final ConfigKey<String> MAX_MESSAGE_BYTES =
            ConfigTable.topicDefault(TopicSetting.MAX_MESSAGE_BYTES);
    private static final List<ConfigKey<HostPort>> LISTENERS =
            List.of(API_LISTEN, RAFT_LISTEN, HTTP_LISTEN);

    /** What a request may hold beside its largest batch. */
    private static final long REQUEST_OVERHEAD_BYTES = 4 << 10;

    private final ConfigValues values;
    private final List<String> problems;

    private Conflicts(ConfigValues values, List<String> problems) {
        this.values = values;
        this.problems = problems;
    }

    static void find(ConfigValues values, List<String> problems) {
        Conflicts conflicts = new Conflicts(values, problems);
        conflicts.advertisedIsKnown();
        LISTENERS.forEach(conflicts::listensForThisMachine);
        conflicts.listenersDiffer();
        conflicts.controllerIsListed();
        conflicts.enoughReplicas();
        conflicts.requestsHoldBatches();
    }

    private void advertisedIsKnown() {
        if (values.sound(API_LISTEN, API_ADVERTISED)
                && values.get(API_ADVERTISED).isEmpty()
                && Hosts.isWildcard(values.get(API_LISTEN).host())) {
            problems.add(
                    values.describe(API_LISTEN)
                            + ", to which nobody can connect: set api.advertised to the address"
                            + " under which others reach this node");
        }
    }

    private void listensForThisMachine(ConfigKey<HostPort> listener) {
        if (values.sound(listener, INSECURE_LISTEN)
                && !values.get(INSECURE_LISTEN)
                && !Hosts.isLoopback(values.get(listener).host())) {
            problems.add(
                    values.describe(listener)
                            + ", which other machines may reach, and there is no TLS and no"
                            + " authentication yet: listen on 127.0.0.1 or [::1], or set"
                            + " insecure.listen=true if the network keeps strangers out");
        }
    }

    private void listenersDiffer() {
        for (int i = 0; i < LISTENERS.size(); i++) {
            for (ConfigKey<HostPort> other : LISTENERS.subList(i + 1, LISTENERS.size())) {
                if (values.sound(LISTENERS.get(i), other)
                        && collide(values.get(LISTENERS.get(i)), values.get(other))) {
                    problems.add(
                            values.describe(LISTENERS.get(i))
                                    + ", and "
                                    + values.describe(other)
                                    + ": each needs a port of its own");
                }
            }
        }
    }

    private static boolean collide(HostPort one, HostPort other) {
        boolean sameHost =
                one.host().equals(other.host())
                        || Hosts.isWildcard(one.host())
                        || Hosts.isWildcard(other.host());
        return sameHost && one.port() == other.port() && one.port() != 0;
    }

    private void controllerIsListed() {
        if (!values.sound(ROLES, CONTROLLERS, NODE_ID)) {
            return;
        }
        List<ControllerAddress> controllers = values.get(CONTROLLERS);
        boolean isController = values.get(ROLES).contains(Role.CONTROLLER);
        boolean isListed = controllers.stream().anyMatch(each -> each.id() == values.get(NODE_ID));
        if (controllers.isEmpty() && !isController) {
            problems.add(
                    values.describe(ROLES)
                            + ", so the cluster's controllers are elsewhere: list them in"
                            + " controllers");
        } else if (!controllers.isEmpty() && isController != isListed) {
            problems.add(
                    values.describe(NODE_ID)
                            + ", "
                            + values.describe(ROLES)
                            + ", and "
                            + values.describe(CONTROLLERS)
                            + ": exactly the nodes with the role controller are listed, the same"
                            + " on every node");
        }
    }

    private void enoughReplicas() {
        if (values.sound(DEFAULT_REPLICATION_FACTOR, MIN_INSYNC_REPLICAS)
                && values.isGiven(MIN_INSYNC_REPLICAS)
                && !values.get(MIN_INSYNC_REPLICAS).isEmpty()) {
            int replicas = values.get(DEFAULT_REPLICATION_FACTOR);
            if (replicas > 0 && Integer.parseInt(values.get(MIN_INSYNC_REPLICAS)) > replicas) {
                problems.add(
                        values.describe(MIN_INSYNC_REPLICAS)
                                + ", more replicas than there are: "
                                + values.describe(DEFAULT_REPLICATION_FACTOR));
            }
        }
    }

    private void requestsHoldBatches() {
        if (values.sound(MAX_REQUEST, MAX_MESSAGE_BYTES)
                && values.get(MAX_REQUEST)
                        < Long.parseLong(values.get(MAX_MESSAGE_BYTES)) + REQUEST_OVERHEAD_BYTES) {
            problems.add(
                    values.describe(MAX_REQUEST)
                            + ", too little for a batch: "
                            + values.describe(MAX_MESSAGE_BYTES)
                            + ", and a request needs "
                            + REQUEST_OVERHEAD_BYTES
                            + " bytes beside it");
        }
    }
}
