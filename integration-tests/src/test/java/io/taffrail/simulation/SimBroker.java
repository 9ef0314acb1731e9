// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.taffrail.broker.config.ConfigException;
import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.node.Broker;
import io.taffrail.broker.node.NodeEnvironment;
import io.taffrail.broker.node.NodeExecutors;
import io.taffrail.broker.node.NodeMetrics;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.storage.DataDirectoryException;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.testsupport.PowerCut;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.SimulatedProcess;
import io.taffrail.testsupport.StopMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A broker with everything that a node wires into it, on a simulated disk. */
public final class SimBroker extends SimNode {
    static final Path DATA = Path.of("/data");

    private static final long RESERVE_BYTES = 1L << 20;
    private static final long ROOM_BYTES = 1L << 40;
    private static final int LAG_MS = 2000; // below the session timeout: leaders shrink ISRs, too
    private static final Duration RESTART = Duration.ofSeconds(1);
    private static final Duration NOTICE = Duration.ofMillis(1);
    private static final Duration SLOWEST_FSYNC = Duration.ofMillis(4);

    private SimulatedDisk disk;
    private final PlantedBug bug;
    private final SimInvariants invariants;
    private final SimMachine machine;
    private final NodeConfig config;
    private Optional<Broker> broker = Optional.empty();
    private boolean ready;

    SimBroker(
            SimWorld world, int id, String controllers, PlantedBug bug, SimInvariants invariants) {
        super(world, id);
        this.bug = bug;
        this.invariants = invariants;
        this.disk = newDisk();
        this.machine = new SimMachine(world, bug);
        this.config = config(controllers);
    }

    private SimulatedDisk newDisk() {
        SimulatedDisk made = new SimulatedDisk(world().random().nextLong());
        switch (bug) {
            case ACKNOWLEDGED_BEFORE_FSYNC -> made.ignoreForce(SimBroker::isOfLog);
            case NO_FSYNC_AFTER_RECOVERY -> made.ignoreForce(path -> isOfLog(path) && !isReady());
            default -> {}
        }
        return made;
    }

    private static boolean isOfLog(Path file) {
        return file.toString().endsWith(".log");
    }

    private NodeConfig config(String controllers) {
        try {
            return NodeConfig.load(
                    Optional.empty(),
                    Map.of(),
                    List.of(
                            "node.id=" + id(),
                            "roles=broker",
                            "data.dir=" + DATA,
                            "api.listen=" + host().address(),
                            "disk.reserve.bytes=" + RESERVE_BYTES,
                            "replica.lag.ms=" + LAG_MS,
                            "scrub.interval.ms=500",
                            "checkpoint.interval.ms=2000",
                            "compaction.interval.ms=4000",
                            "controllers=" + controllers));
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    public SimulatedDisk disk() {
        return disk;
    }

    /** The parts of its process; empty while it is down. */
    public Optional<Broker> broker() {
        return broker;
    }

    /** The log of its replica; empty while the process is down or has none open. */
    public Optional<PartitionLog> log(PartitionEntry entry) {
        return isUp()
                ? broker.flatMap(each -> each.replicas().log(entry.topicId(), entry.partition()))
                : Optional.empty();
    }

    /** The files with the entries of a log. */
    List<Path> segments(PartitionLog log) {
        try {
            return disk.list(log.directory()).stream().filter(SimBroker::isOfLog).toList();
        } catch (IOException e) {
            return List.of(); // its power has just gone
        }
    }

    /** Whether it is ready to serve, as it thinks itself. */
    public boolean isReady() {
        return isUp() && ready;
    }

    @Override
    void run(SimulatedProcess started) {
        ready = false;
        SimulatedDisk own = disk;
        started.endsWhen(own::isPowerOff);
        NodeEnvironment environment =
                new NodeEnvironment(
                        bug.onDisk(disk),
                        machine,
                        clock(),
                        world().network().channelsOf(host(), started),
                        () -> ServingPath.COPIED,
                        invariants.observed(bug.rules(), this),
                        bug.images());
        Broker made =
                new Broker(
                        config,
                        host().address(),
                        environment,
                        open(environment),
                        executors(started),
                        new NodeMetrics(new SimpleMeterRegistry()),
                        why -> died(started, why));
        broker = Optional.of(made);
        host().listen(started, made.services());
        made.join(isReady -> ready = isReady);
    }

    private DataDirectory open(NodeEnvironment environment) {
        try {
            return DataDirectory.open(
                    environment.files(), DATA, id(), machine, environment.clock());
        } catch (DataDirectoryException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NodeExecutors executors(SimulatedProcess process) {
        return new NodeExecutors(
                process.executor("timer"),
                process.executor("session"),
                process.executor("metadata"),
                process.executor("upkeep"),
                process.slowExecutor("flush", SLOWEST_FSYNC),
                process.executor("worker"),
                process.executor("append"),
                process.executor("reader"),
                Runnable::run); // who waits for it would wait for ever
    }

    /** A process that cannot go on ends; what watches over it starts it again. */
    private void died(SimulatedProcess started, String why) {
        if (!started.hasEnded()) {
            world().note(this + " cannot go on: " + why);
            kill();
            world().scheduler().after(RESTART, this::start);
        }
    }

    /**
     * Loses its power in the middle of what it does to its disk.
     *
     * @param operations at which of the disk's next operations; from 1
     * @param happened told when it has
     */
    public void cutPowerAtWork(long operations, StopMode mode, PowerCut kind, Runnable happened) {
        disk.stopAt(disk.operations() + operations, mode);
        noticePowerCut(kind, lives(), happened);
    }

    private void noticePowerCut(PowerCut kind, int life, Runnable happened) {
        world().scheduler()
                .after(
                        NOTICE,
                        () -> {
                            if (broker.isEmpty() || lives() != life) {
                                return;
                            }
                            if (disk.isPowerOff()) {
                                cutPower(kind);
                                happened.run();
                                world().scheduler().after(RESTART, this::start);
                            } else {
                                noticePowerCut(kind, life, happened);
                            }
                        });
    }

    /**
     * Stops as on SIGTERM: hands over, closes its logs, marks the directory, and ends.
     *
     * @param stopped told when it has, unless something else ended it before
     */
    public void stopInOrder(Runnable stopped) {
        if (!isUp() || isPaused()) {
            return;
        }
        world().note(this + " is asked to stop");
        Broker stopping = broker.orElseThrow();
        int life = lives();
        var unused =
                stopping.handOver()
                        .thenCompose(handedOver -> stopping.closeLogs())
                        .thenRun(
                                () -> {
                                    if (isUp() && lives() == life) {
                                        kill();
                                        stopped.run();
                                    }
                                });
    }

    /** Little is left on its disk: half of what it keeps in reserve. */
    public void fillDisk() {
        try {
            long taken = disk.totalBytes(DATA) - disk.usableBytes(DATA);
            disk.setCapacityBytes(taken + RESERVE_BYTES / 2);
        } catch (IOException e) {
            world().note("the disk of " + this + " has no power: " + e.getMessage());
        }
    }

    public void makeRoom() {
        disk.setCapacityBytes(ROOM_BYTES);
    }

    /** An empty disk in the place of the one there was, which never comes back. */
    public void loseDisk() {
        kill();
        world().note(this + " loses its disk");
        disk = newDisk();
    }

    @Override
    void ended() {
        disk.processCrash();
        broker = Optional.empty();
    }

    @Override
    void lostPower(PowerCut kind) {
        disk.powerCut(kind);
        machine.reboot();
        broker = Optional.empty();
    }

    @Override
    public String toString() {
        return "broker " + id();
    }
}
