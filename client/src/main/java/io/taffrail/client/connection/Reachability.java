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

/** Which brokers can be reached, and what to tell people if none can. For any thread. */
final class Reachability {
    private final List<HostPort> bootstrap;
    private final long patienceNanos;
    private final BrokerChannels channels;
    private final Clock clock;
    private boolean failing;
    private long failingSinceNanos;

    Reachability(ClientSettings settings, BrokerChannels channels, Clock clock) {
        this.bootstrap = settings.bootstrap();
        this.patienceNanos = settings.connectTimeout().toNanos();
        this.channels = channels;
        this.clock = clock;
    }

    /** A broker answered. */
    synchronized void reached(HostPort address) {
        channels.answered(address);
        failing = false;
    }

    /**
     * A call or a stream ended so. If no broker could be reached for too long: what to give up
     * with.
     */
    synchronized Optional<TaffrailException> failed(Failure failure) {
        if (failure.answer().isPresent()) {
            reached(failure.address()); // also a refusal is an answer
        }
        if (!failure.isOfConnection()) {
            return Optional.empty();
        }
        channels.failed(failure.address());
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
