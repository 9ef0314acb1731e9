// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.network;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.taffrail.model.HostPort;
import io.taffrail.simulation.network.SimHost.Endpoint;
import java.util.concurrent.TimeUnit;

/** A channel over a {@link SimNetwork}: one connection at a time, made when it is needed. */
final class SimChannel extends ManagedChannel {
    private final SimNetwork network;
    private final Endpoint client;
    private final HostPort address;
    private SimConnection connection;
    private boolean shutdown;

    SimChannel(SimNetwork network, Endpoint client, HostPort address) {
        this.network = network;
        this.client = client;
        this.address = address;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        return new SimClientCall<>(this, client, method, options);
    }

    SimConnection connection() {
        if (connection == null || connection.isBroken()) {
            connection = network.connect(client, address);
        }
        return connection;
    }

    SimNetwork network() {
        return network;
    }

    @Override
    public String authority() {
        return address.toString();
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        return shutdown ? ConnectivityState.SHUTDOWN : ConnectivityState.READY;
    }

    @Override
    public void enterIdle() {
        // there is no back-off here that could be cut short
    }

    @Override
    public ManagedChannel shutdown() {
        shutdown = true;
        return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
        shutdown = true;
        if (connection != null) {
            connection.reset("the channel was shut down");
        }
        return this;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}
