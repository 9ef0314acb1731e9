// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.broker.peer.ChannelFactory;
import io.taffrail.model.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Where a client asks: the leader where it was told who that is, else any broker. One call at a
 * time; a client that failed asks again when it thinks right.
 */
final class SimDoor {
    private final SimWorld world;
    private final List<HostPort> brokers;
    private final ChannelFactory factory;
    private final Map<String, ManagedChannel> channels = new TreeMap<>();
    private HostPort door;

    SimDoor(SimWorld world, List<HostPort> brokers, ChannelFactory factory) {
        this.world = world;
        this.brokers = brokers;
        this.factory = factory;
        this.door = any();
    }

    private HostPort any() {
        return brokers.get(world.random().nextInt(brokers.size()));
    }

    private ManagedChannel channel() {
        return channels.computeIfAbsent(door.toString(), address -> factory.open(door));
    }

    /** Calls where the leader is thought to be; what fails says where it is now, or not. */
    <R> void call(
            Function<ManagedChannel, ListenableFuture<R>> call,
            Consumer<R> answered,
            Consumer<Optional<LogFailure>> failed) {
        Futures.addCallback(
                call.apply(channel()),
                new FutureCallback<R>() {
                    @Override
                    public void onSuccess(R response) {
                        answered.accept(response);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        Optional<LogFailure> said = StatusTranslator.fromException(failure);
                        moveOn(said);
                        failed.accept(said);
                    }
                },
                Runnable::run);
    }

    void moveOn(Optional<LogFailure> said) {
        String leader = said.map(each -> each.metadata().get("leader_address")).orElse(null);
        door = leader == null ? any() : HostPort.parse(leader);
    }
}
