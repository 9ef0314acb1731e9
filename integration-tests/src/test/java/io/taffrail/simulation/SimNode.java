// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.model.HostPort;
import io.taffrail.simulation.network.SimHost;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedProcess;
import java.util.Optional;

/** A machine of the cluster and the process on it: started, stopped hard, paused, without power. */
public abstract class SimNode {
    private static final int FIRST_PORT = 10_000;

    private final SimWorld world;
    private final SimHost host;
    private final SimWorld.MachineClock clock;
    private Optional<SimulatedProcess> process = Optional.empty();
    private int lives;

    SimNode(SimWorld world, int id) {
        this.world = world;
        this.host = world.network().addHost(id, address(id));
        this.clock = world.new MachineClock();
    }

    static HostPort address(int id) {
        return new HostPort("127.0.0.1", FIRST_PORT + id);
    }

    public final int id() {
        return host.id();
    }

    public final SimHost host() {
        return host;
    }

    public final SimWorld.MachineClock clock() {
        return clock;
    }

    final SimWorld world() {
        return world;
    }

    /** How many processes there were, this one among them. */
    final int lives() {
        return lives;
    }

    /** Whether its process runs, or would if it were not paused. */
    public final boolean isUp() {
        return process.filter(each -> !each.hasEnded()).isPresent();
    }

    public final boolean isPaused() {
        return process.filter(each -> !each.hasEnded() && each.isPaused()).isPresent();
    }

    /** Starts a process, if there is none. */
    public final void start() {
        if (isUp()) {
            return;
        }
        String name = this + "#" + ++lives;
        SimulatedProcess started =
                new SimulatedProcess(
                        world.scheduler(), name, failure -> world.failed(name, failure));
        process = Optional.of(started);
        host.powerOn();
        world.note(name + " starts");
        run(started);
    }

    /** Ends the process as SIGKILL does; the machine goes on. */
    public final void kill() {
        if (isUp()) {
            world.note(this + " is killed");
            process.orElseThrow().end();
            ended();
            world.network().ended(process.orElseThrow());
        }
    }

    /** The machine loses its power. */
    public final void cutPower(PowerCut kind) {
        world.note(this + " loses its power: " + kind);
        process.ifPresent(SimulatedProcess::end);
        host.powerOff();
        lostPower(kind);
    }

    public final void pause() {
        if (isUp() && !isPaused()) {
            world.note(this + " is paused");
            process.orElseThrow().pause();
        }
    }

    public final void resume() {
        if (isPaused()) {
            world.note(this + " goes on");
            process.orElseThrow().resume();
        }
    }

    /** Wires everything that runs in a new process. */
    abstract void run(SimulatedProcess started);

    /** The process has just ended. */
    abstract void ended();

    /** The disk is without power. */
    abstract void lostPower(PowerCut kind);
}
