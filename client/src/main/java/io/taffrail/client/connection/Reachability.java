// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.taffrail.client.ClientSettings;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether any broker can be reached, and what to tell people if none can. For any thread. */
final class Reachability {
    private final List<HostPort> bootstrap;
    private final long patienceNanos;
    private final Clock clock;
    private boolean failing;
    private long failingSinceNanos;

    Reachability(ClientSettings settings, Clock clock) {
        this.bootstrap = settings.bootstrap();
        this.patienceNanos = settings.connectTimeout().toNanos();
        this.clock = clock;
    }

    synchronized void reached() {
        failing = false;
    }

    /** After one more failure to connect: what to give up with, once it took too long. */
    synchronized Optional<TaffrailException> failed(Failure failure) {
        if (!failing) {
            failing = true;
            failingSinceNanos = clock.nanoTime();
        }
        return clock.nanoTime() - failingSinceNanos >= patienceNanos
                ? Optional.of(unreachable(failure))
                : Optional.empty();
    }

    /** No broker can be reached, the last one because of this. */
    TaffrailException unreachable(Failure failure) {
        String addresses =
                bootstrap.stream().map(HostPort::toString).collect(Collectors.joining(", "));
        boolean isRefused = failure.message().contains("Connection refused");
        String why =
                isRefused
                        ? "connection refused; is a server running? 'taffrail server' starts one"
                        : failure.message();
        return new TaffrailException(
                "cannot reach any of " + addresses + ": " + why,
                null,
                failure.code().name(),
                Map.of(),
                true,
                null);
    }
}
