// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import io.taffrail.client.ClientSettings;
import io.taffrail.client.TaffrailClient;
import java.time.Duration;
import java.util.stream.Collectors;

/** The way from a command to the cluster that {@code --bootstrap} names. */
public final class Connection {
    /** A person waits for it. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final TaffrailCommand options;

    Connection(TaffrailCommand options) {
        this.options = options;
    }

    /** A client; nothing is connected yet. To be closed. */
    public TaffrailClient open() {
        return openTo(
                options.bootstrap().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(",")));
    }

    /** As {@link #open}, of the cluster at {@code bootstrap}. */
    public static TaffrailClient openTo(String bootstrap) {
        return TaffrailClient.connect(
                ClientSettings.of(bootstrap)
                        .withClientId("taffrail-cli")
                        .withConnectTimeout(CONNECT_TIMEOUT));
    }
}
