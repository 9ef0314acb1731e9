// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client;

import io.taffrail.model.HostPort;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How a client reaches its cluster.
 *
 * @param bootstrap brokers to begin with, in the order to try them; any broker is a door to the
 *     whole cluster
 * @param clientId told to brokers, for their logs
 * @param connectTimeout how long to try when no broker can be reached, before calls fail; default
 *     10 s
 * @param requestTimeout how long a call may take once a broker is reached; default 30 s
 * @param keepAlive a connection that is silent for so long is probed, at least 10 s; default 20 s
 */
public record ClientSettings(
        List<HostPort> bootstrap,
        String clientId,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration keepAlive) {
    private static final Duration LEAST_KEEP_ALIVE = Duration.ofSeconds(10);

    public ClientSettings {
        bootstrap = List.copyOf(bootstrap);
        if (bootstrap.isEmpty()) {
            throw new IllegalArgumentException("bootstrap names no broker");
        }
        Positive.check("connectTimeout", connectTimeout);
        Positive.check("requestTimeout", requestTimeout);
        if (keepAlive.compareTo(LEAST_KEEP_ALIVE) < 0) {
            throw new IllegalArgumentException(
                    "keepAlive is "
                            + keepAlive
                            + ": brokers allow "
                            + LEAST_KEEP_ALIVE
                            + " or more");
        }
    }

    /**
     * Defaults, with these brokers.
     *
     * @param bootstrap {@code host:port,host:port,…}
     * @throws IllegalArgumentException naming what is wrong
     */
    public static ClientSettings of(String bootstrap) {
        return new ClientSettings(
                Arrays.stream(bootstrap.split(",", -1))
                        .map(String::strip)
                        .map(HostPort::parse)
                        .toList(),
                "taffrail-java",
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(20));
    }

    public ClientSettings withClientId(String value) {
        return new ClientSettings(bootstrap, value, connectTimeout, requestTimeout, keepAlive);
    }

    public ClientSettings withConnectTimeout(Duration value) {
        return new ClientSettings(bootstrap, clientId, value, requestTimeout, keepAlive);
    }

    public ClientSettings withRequestTimeout(Duration value) {
        return new ClientSettings(bootstrap, clientId, connectTimeout, value, keepAlive);
    }

    public ClientSettings withKeepAlive(Duration value) {
        return new ClientSettings(bootstrap, clientId, connectTimeout, requestTimeout, value);
    }
}
