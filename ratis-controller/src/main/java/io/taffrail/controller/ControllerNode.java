// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import io.taffrail.controller.membership.Formation;
import io.taffrail.controller.membership.Formation.Stage;
import io.taffrail.controller.membership.Forming;
import io.taffrail.controller.membership.GroupChanges;
import io.taffrail.controller.membership.OwnIntroduction;
import io.taffrail.controller.membership.RemovalCheck;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.controller.ratis.RaftDirectory;
import io.taffrail.controller.ratis.RaftMember;
import io.taffrail.controller.ratis.RaftStart;
import io.taffrail.controller.service.ControllerServices;
import io.taffrail.controller.service.PortProbe;
import io.taffrail.controller.service.QuorumChanges;
import io.taffrail.controller.service.QuorumServiceImpl;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A controller in this process: its services at once, and its member of the group as soon as there
 * is one. Safe for any thread.
 */
public final class ControllerNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerNode.class);
    private static final Duration PROBE_AT_MOST = Duration.ofMillis(300);
    private static final long UPKEEP_MILLIS = 500;
    private static final int COMMIT_TIMEOUTS = 10; // twice what Ratis waits for lost contact

    private final ControllerSettings settings;
    private final ControllerEnvironment environment;
    private final ControllerThreads threads = new ControllerThreads();
    private final ControllerServices controller;
    private final OwnIntroduction own;
    private final RaftDirectory directory;
    private final Forming forming;
    private final List<BindableService> services;
    private volatile Optional<ControllerMetrics> metrics = Optional.empty();
    private volatile Optional<Member> member = Optional.empty();
    private volatile boolean removed;
    private boolean closed; // guarded by this

    /** A member that runs, and who looks after it. */
    private record Member(Formation formation, RaftMember raft, MemberUpkeep upkeep) {}

    private ControllerNode(ControllerSettings settings, ControllerEnvironment environment) {
        this.settings = settings;
        this.environment = environment;
        controller =
                new ControllerServices(
                        settings,
                        environment.clock(),
                        threads.executors(),
                        PortProbe.tcp(PROBE_AT_MOST),
                        TopicId::random,
                        environment.onDeath());
        own = new OwnIntroduction(settings);
        directory =
                new RaftDirectory(
                        settings.raftDirectory(),
                        new PeerName(settings.nodeId(), settings.directoryId()));
        forming =
                new Forming(
                        settings,
                        own,
                        environment.connections(),
                        directory,
                        environment.clock(),
                        threads.starter(),
                        new WhenFormed());
        services = new ArrayList<>(controller.services());
        services.add(
                new QuorumServiceImpl(
                        own,
                        controller.quorum(),
                        new QuorumChanges(
                                controller.quorum(),
                                this::changes,
                                environment.connections(),
                                settings.nodeId())));
    }

    /**
     * Starts a controller on its folder. One that is listed alone forms its cluster at once; with
     * others that takes until all of them are there, in the background: see {@link
     * #notReadyReasons}. When this returns nobody may lead yet: see {@link #active}.
     *
     * @throws ControllerStartException if its files are damaged, missing or another's, or the port
     *     is taken
     */
    public static ControllerNode start(
            ControllerSettings settings, ControllerEnvironment environment)
            throws ControllerStartException {
        ControllerNode node = new ControllerNode(settings, environment);
        try {
            node.begin();
        } catch (ControllerStartException e) {
            node.close();
            throw e;
        }
        return node;
    }

    private void begin() throws ControllerStartException {
        Optional<Formation> found = directory.open();
        if (found.isPresent()) {
            own.wrote(found.get().group());
            begin(found.get());
        } else if (settings.peers().size() > 1) {
            forming.start();
        } else {
            startRaft(formAlone());
        }
    }

    private void begin(Formation found) throws ControllerStartException {
        if (found.stage() == Stage.REMOVED) {
            stayOut(found.clusterId());
        } else {
            startRaft(found);
        }
    }

    private Formation formAlone() throws ControllerStartException {
        if (settings.clusterId().isPresent()) {
            throw new ControllerStartException(
                    "Raft's folder "
                            + settings.raftDirectory()
                            + " is gone, and with it what this node kept of the metadata of cluster "
                            + settings.clusterId().get()
                            + ". Bring it back; a node that shall begin anew needs an empty data.dir");
        }
        Formation alone = Formation.of(own.get().name(), List.of(own.get().self()));
        try {
            directory.store(alone);
        } catch (IOException e) {
            throw new ControllerStartException(
                    "it cannot be written down which cluster is formed: " + e, e);
        }
        own.wrote(alone.group());
        return alone;
    }

    /** The folder holds what was formed, so that an end at any point here is made good later. */
    private void startRaft(Formation formation) throws ControllerStartException {
        try {
            environment.home().belongTo(formation.clusterId().toString());
        } catch (IOException e) {
            throw new ControllerStartException(e.getMessage(), e);
        }
        RaftMember raft =
                new RaftStart(
                                settings,
                                directory,
                                new MemberNews(controller.events(), this::leaveGroup))
                        .start(formation);
        RemovalCheck removal =
                new RemovalCheck(formation.self(), environment.connections(), raft::leave);
        MemberUpkeep upkeep =
                new MemberUpkeep(
                        raft,
                        removal,
                        environment.clock(),
                        settings.electionTimeout().multipliedBy(COMMIT_TIMEOUTS),
                        this::showMembers);
        synchronized (this) {
            if (closed) {
                raft.close();
                return;
            }
            member = Optional.of(new Member(formation, raft, upkeep));
        }
        own.running(raft::configuration);
        controller.attach(raft);
        if (raft.isMember()) {
            LOG.info(
                    "controller {} runs in cluster {}, with {}",
                    formation.self(),
                    formation.clusterId(),
                    raft.configuration().members());
        } else {
            LOG.info(waiting());
        }
        var unused =
                threads.executors()
                        .loop()
                        .scheduleWithFixedDelay(
                                upkeep, UPKEEP_MILLIS, UPKEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What comes of forming a group with others. */
    private final class WhenFormed implements Forming.Outcome {
        @Override
        public void ready(Formation formation) {
            try {
                startRaft(formation);
            } catch (ControllerStartException e) {
                environment.onDeath().accept(e.getMessage());
            } catch (RejectedExecutionException e) {
                LOG.debug("closed while Raft was started");
            }
        }

        @Override
        public void refused(String why) {
            environment.onDeath().accept(why);
        }
    }

    /** Taken out of the group: what runs here beside the controller goes on. */
    private void leaveGroup() {
        try {
            threads.starter().execute(() -> member.ifPresent(this::leaveGroup));
        } catch (RejectedExecutionException e) {
            LOG.debug("closed while it was taken out of the group");
        }
    }

    /** Written down, so that it does not stand for election again after each start. */
    private void leaveGroup(Member left) {
        stayOut(left.formation().clusterId());
        try {
            directory.store(left.formation().as(Stage.REMOVED));
        } catch (IOException e) {
            LOG.warn("it cannot be written down that this controller was removed", e);
        }
        left.raft().close();
    }

    private void stayOut(UUID clusterId) {
        removed = true;
        LOG.warn(
                "controller {} was removed from the controllers of cluster {}: it has no vote, and only what"
                        + " else runs on this node goes on. Take the role controller out of its configuration;"
                        + " to vote again it needs an empty data.dir",
                own.get().name(),
                clusterId);
    }

    private GroupChanges changes() {
        return member.orElseThrow().raft().changes();
    }

    /** The services for brokers and other controllers, to be served on the node's API port. */
    public List<BindableService> services() {
        return services;
    }

    /** The cluster's id, a UUID, the same for ever; empty until there is a cluster. */
    public String clusterId() {
        return controller.quorum().clusterId();
    }

    /** Whether this node is the active controller. */
    public boolean active() {
        return controller.active();
    }

    /** Node id of the active controller, as far as is known here. */
    public OptionalInt activeControllerId() {
        return controller.quorum().leaderNodeId();
    }

    /** The newest metadata that was applied here. */
    public MetadataImage image() {
        return controller.quorum().state().image();
    }

    /** What is missing before it takes part; empty: nothing, since then for good. */
    public List<String> notReadyReasons() {
        if (removed) {
            return List.of();
        }
        Optional<Member> running = member;
        if (running.isEmpty()) {
            return forming.missing();
        }
        RaftMember raft = running.get().raft();
        if (!raft.isMember()) {
            return List.of(waiting());
        }
        return running.get().upkeep().caughtUp() || raft.excluded()
                ? List.of()
                : List.of("the controllers have no leader yet, or their log is being read");
    }

    private String waiting() {
        return String.format(
                "controller %s waits to be taken in by the controllers of cluster %s: run 'taffrail cluster"
                        + " replace-disk %3$d' if this disk replaces another, else 'taffrail cluster"
                        + " add-controller %3$d'",
                own.get().name(), clusterId(), settings.nodeId());
    }

    /** Registers gauges under {@code taffrail.controller}. */
    public void registerMetrics(MeterRegistry registry) {
        metrics =
                Optional.of(
                        new ControllerMetrics(registry, controller.quorum(), controller::active));
    }

    private void showMembers(List<QuorumMember> members) {
        metrics.ifPresent(each -> each.members(members));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        forming.close();
        controller.close();
        threads.close();
        member.ifPresent(each -> each.raft().close());
    }
}
