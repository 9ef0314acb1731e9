// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.network;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.taffrail.model.HostPort;
import io.taffrail.testsupport.SimulatedExecutor;
import io.taffrail.testsupport.SimulatedProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine on the network, and the process that it runs at present, if any. */
public final class SimHost {
    private final int id;
    private final HostPort address;
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
    private Optional<Endpoint> listening = Optional.empty();
    private boolean powered = true;

    /** A process at one end of a connection; its calls run on {@code executor}. */
    record Endpoint(SimHost host, SimulatedProcess process, SimulatedExecutor executor) {}

    SimHost(int id, HostPort address) {
        this.id = id;
        this.address = address;
    }

    public int id() {
        return id;
    }

    /** Where its process listens. */
    public HostPort address() {
        return address;
    }

    /** The process serves these services from now on, in the place of any before. */
    public void listen(SimulatedProcess process, List<ServerServiceDefinition> services) {
        methods.clear();
        for (ServerServiceDefinition service : services) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                methods.put(method.getMethodDescriptor().getFullMethodName(), method);
            }
        }
        listening = Optional.of(new Endpoint(this, process, process.executor("grpc-server")));
        powered = true;
    }

    /** Nothing answers here any more, not even by a refusal. */
    public void powerOff() {
        powered = false;
    }

    /** The machine runs, whether or not a process of ours does. */
    public void powerOn() {
        powered = true;
    }

    boolean isPowered() {
        return powered;
    }

    /** Who takes new connections. */
    Optional<Endpoint> listening() {
        return listening.filter(endpoint -> powered && !endpoint.process().hasEnded());
    }

    Optional<ServerMethodDefinition<?, ?>> method(String fullName) {
        return Optional.ofNullable(methods.get(fullName));
    }

    @Override
    public String toString() {
        return "host " + id;
    }
}
