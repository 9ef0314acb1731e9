// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.taffrail.model.HostPort;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which broker to ask what any broker may be asked: those that the client was given, in turn, then
 * those that the cluster has. For any thread.
 */
final class Doors {
    private final List<HostPort> bootstrap;
    private final Supplier<Collection<HostPort>> brokers;
    private final BrokerChannels channels;
    private final AtomicInteger turn = new AtomicInteger();

    Doors(
            List<HostPort> bootstrap,
            Supplier<Collection<HostPort>> brokers,
            BrokerChannels channels) {
        this.bootstrap = bootstrap;
        this.brokers = brokers;
        this.channels = channels;
    }

    /**
     * One that did not fail lately, if there is any; else one of those given, another each time.
     */
    HostPort choose() {
        return open(address -> true)
                .orElseGet(
                        () ->
                                bootstrap.get(
                                        Math.floorMod(turn.getAndIncrement(), bootstrap.size())));
    }

    /** As {@link #choose}, and another than {@code doubted} if there is any that did not fail. */
    HostPort chooseOther(HostPort doubted) {
        return open(address -> !address.equals(doubted)).orElseGet(this::choose);
    }

    private Optional<HostPort> open(Predicate<HostPort> wanted) {
        return Stream.concat(bootstrap.stream(), brokers.get().stream())
                .filter(wanted)
                .filter(address -> !channels.isOut(address))
                .findFirst();
    }
}
