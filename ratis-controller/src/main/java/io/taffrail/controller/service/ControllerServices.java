// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.grpc.BindableService;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.ControllerStartException;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.ratis.Applied;
import io.taffrail.controller.ratis.RaftEvents;
import io.taffrail.controller.ratis.RaftMember;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Raft member with the services around it, and the duties that come and go with being the active
 * controller. Owns the threads: one for duties and sessions, one for the feed, one for probes.
 */
public final class ControllerServices implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControllerServices.class);
    private static final long TICK_MILLIS = 50;
    private static final Duration PROBE_AT_MOST = Duration.ofMillis(300);
    private static final long CLOSE_SECONDS = 5;

    private final Clock clock;
    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "controller"));
    private final ExecutorService feedThread =
            Executors.newSingleThreadExecutor(task -> daemon(task, "metadata-feed"));
    private final ExecutorService probes =
            Executors.newSingleThreadExecutor(task -> daemon(task, "controller-probe"));
    private final CompletableFuture<RaftMember> started = new CompletableFuture<>();
    private final MetadataFeed feed;
    private final RaftMember member;
    private final ActiveDuties duties;
    private final List<BindableService> services;

    private ControllerServices(ControllerSettings settings, Clock clock, Consumer<String> onDeath)
            throws ControllerStartException {
        this.clock = clock;
        this.feed = new MetadataFeed(() -> started.join().clusterId(), clock, feedThread);
        this.member = startMember(settings, onDeath);
        Proposer proposer = new Log();
        SessionDuties sessions =
                new SessionDuties(
                        member.clusterId(),
                        proposer,
                        clock,
                        new BrokerSessions(settings.sessionTimeout(), settings.shortGrace()),
                        loop,
                        probes,
                        PortProbe.tcp(PROBE_AT_MOST));
        this.duties = new ActiveDuties(member, proposer, sessions, settings.topicDefaults(), clock);
        this.services =
                List.of(
                        new ControllerServiceImpl(
                                proposer,
                                sessions,
                                new TopicRequests(
                                        settings.defaultPartitions(),
                                        settings.defaultReplicationFactor(),
                                        TopicId::random),
                                new QuorumReport(member, settings.nodeId(), settings.peers()),
                                clock),
                        feed);
        started.complete(member);
    }

    private RaftMember startMember(ControllerSettings settings, Consumer<String> onDeath)
            throws ControllerStartException {
        try {
            return RaftMember.start(settings, new Events(onDeath));
        } catch (ControllerStartException e) {
            stopThreads();
            throw e;
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts the member and its services.
     *
     * @param onDeath called once if the member cannot go on
     */
    public static ControllerServices start(
            ControllerSettings settings, Clock clock, Consumer<String> onDeath)
            throws ControllerStartException {
        ControllerServices services = new ControllerServices(settings, clock, onDeath);
        var unused =
                services.loop.scheduleWithFixedDelay(
                        services::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return services;
    }

    private void tick() {
        try {
            member.checkAlive();
            duties.tick();
            feed.pumpSoon();
        } catch (RuntimeException e) {
            log.error("the controller's timer failed", e);
        }
    }

    /** To be served on the node's API port. */
    public List<BindableService> services() {
        return services;
    }

    public RaftMember member() {
        return member;
    }

    /** Whether this node is the active controller, and its duties are taken up. */
    public boolean active() {
        return duties.active();
    }

    @Override
    public void close() {
        LogFailure stopping = LogFailure.of(LogError.SHUTTING_DOWN, "this controller stops");
        feed.endAll(StatusTranslator.toException(stopping));
        loop.execute(duties::end);
        stopThreads();
        member.close();
    }

    private void stopThreads() {
        stop(loop);
        stop(feedThread);
        probes.shutdownNow();
    }

    private static void stop(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** The log, with this node's clock in each command. */
    private final class Log implements Proposer {
        @Override
        public ControllerState state() {
            return member.state();
        }

        @Override
        public boolean active() {
            return duties.active();
        }

        @Override
        public OptionalInt activeControllerId() {
            return member.leaderNodeId();
        }

        @Override
        public long term() {
            return member.term();
        }

        @Override
        public CompletableFuture<Applied> propose(Command command) {
            return member.submit(command, clock.wallMs());
        }
    }

    /** Raft's news, which may come before the start is over. */
    private final class Events implements RaftEvents {
        private final Consumer<String> onDeath;

        Events(Consumer<String> onDeath) {
            this.onDeath = onDeath;
        }

        @Override
        public void applied(List<MetadataChange> changes, ControllerState after) {
            feed.applied(changes, after);
        }

        @Override
        public void replaced(ControllerState state) {
            feed.replaced(state);
        }

        @Override
        public void leaderReady() {
            var unused = started.thenRunAsync(() -> duties.begin(), loop);
        }

        @Override
        public void notLeader() {
            var unused = started.thenRunAsync(() -> duties.end(), loop);
        }

        @Override
        public void died(String why) {
            onDeath.accept(why);
        }
    }
}
