// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.taffrail.controller.ControllerPeer;
import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.service.ControllerExecutors;
import io.taffrail.controller.service.ControllerServices;
import io.taffrail.controller.service.PortProbe;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.simulation.raft.SimRaft;
import io.taffrail.simulation.raft.SimRaftDisk;
import io.taffrail.simulation.raft.SimRaftMember;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A controller: its services, on a member of the simulated log. Its disk loses nothing. */
public final class SimController extends SimNode {
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration SHORT_GRACE = Duration.ofMillis(500);

    private final SimRaft raft;
    private final PlantedBug bug;
    private final DirectoryId directoryId;
    private final SimRaftDisk disk = new SimRaftDisk();
    private final ControllerSettings settings;
    private Optional<ControllerServices> services = Optional.empty();

    SimController(SimWorld world, SimRaft raft, int id, PlantedBug bug) {
        super(world, id);
        this.raft = raft;
        this.bug = bug;
        this.directoryId = new DirectoryId(world.newId());
        this.settings = settings();
        raft.addVoter(host(), directoryId);
    }

    private ControllerSettings settings() {
        HostPort unused = new HostPort("127.0.0.1", 0);
        return new ControllerSettings(
                id(),
                directoryId,
                Optional.empty(),
                Path.of("/raft"),
                unused,
                List.of(new ControllerPeer(id(), unused, host().address())),
                SESSION_TIMEOUT,
                TopicDefaults.BUILT_IN,
                1,
                0,
                SESSION_TIMEOUT,
                SHORT_GRACE,
                Long.MAX_VALUE,
                true); // nobody is there to say that a disk was replaced
    }

    @Override
    void run(SimulatedProcess started) {
        PortProbe probe = address -> world().network().isRefused(host(), address);
        ControllerServices made =
                new ControllerServices(
                        settings,
                        clock(),
                        new ControllerExecutors(
                                started.executor("controller"),
                                started.executor("metadata-feed"),
                                started.executor("probe")),
                        probe,
                        this::newTopicId,
                        why -> world().failed(toString(), new IllegalStateException(why)));
        host().listen(
                        started,
                        made.services().stream()
                                .map(BindableService::bindService)
                                .map(this::plant)
                                .toList());
        made.attach(
                new SimRaftMember(raft, id(), disk, world().scheduler(), started, made.events()));
        services = Optional.of(made);
    }

    private ServerServiceDefinition plant(ServerServiceDefinition service) {
        return bug == PlantedBug.TORN_TAIL_TAKEN_FOR_HARMLESS
                ? ServerInterceptors.intercept(service, new SwallowedReports())
                : service;
    }

    private TopicId newTopicId() {
        UUID id = world().newId();
        return new TopicId(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    @Override
    void ended() {
        services = Optional.empty();
    }

    @Override
    void lostPower(PowerCut kind) {
        ended();
    }

    /** Whether this is the active controller, as it thinks itself. */
    public boolean active() {
        return services.filter(each -> isUp() && each.active()).isPresent();
    }

    /** What it has applied; empty while it is down. */
    public Optional<ControllerState> state() {
        return services.map(each -> each.quorum().state());
    }

    @Override
    public String toString() {
        return "controller " + id();
    }
}
