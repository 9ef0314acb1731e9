// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.grpc.BindableService;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.quorum.LateQuorum;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.controller.quorum.QuorumEvents;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services around a member of the quorum, and the duties that come and go with being the active
 * controller. Made before the member is: hand it {@link #events}, and {@link #attach} it.
 */
public final class ControllerServices implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControllerServices.class);
    private static final long TICK_MILLIS = 50;

    private final Clock clock;
    private final ControllerExecutors executors;
    private final Consumer<String> onDeath;
    private final LateQuorum quorum = new LateQuorum();
    private final MetadataFeed feed;
    private final ActiveDuties duties;
    private final List<BindableService> services;

    /**
     * Starts nothing yet.
     *
     * @param clock for liveness, and for the time in commands
     * @param probe tells a broker's process that is gone from one that is silent (P6)
     * @param topicIds random ones
     * @param onDeath called once if the member cannot go on
     */
    public ControllerServices(
            ControllerSettings settings,
            Clock clock,
            ControllerExecutors executors,
            PortProbe probe,
            Supplier<TopicId> topicIds,
            Consumer<String> onDeath) {
        this.clock = clock;
        this.executors = executors;
        this.onDeath = onDeath;
        this.feed = new MetadataFeed(quorum::clusterId, clock, executors.feed());
        Proposer proposer = new Log();
        SessionDuties sessions =
                new SessionDuties(
                        quorum::clusterId,
                        proposer,
                        clock,
                        new BrokerSessions(settings.sessionTimeout(), settings.shortGrace()),
                        executors.loop(),
                        executors.probes(),
                        probe,
                        settings.replaceLostDisks());
        this.duties =
                new ActiveDuties(
                        quorum,
                        proposer,
                        sessions,
                        new ClusterUpkeep(proposer),
                        settings.topicDefaults(),
                        clock);
        this.services =
                List.of(
                        new ControllerServiceImpl(
                                proposer,
                                sessions,
                                new TopicRequests(
                                        settings.defaultPartitions(),
                                        settings.defaultReplicationFactor(),
                                        topicIds),
                                new QuorumReport(quorum, settings.nodeId()),
                                clock),
                        feed);
    }

    /** To be told to by the member, also before it is attached. */
    public QuorumEvents events() {
        return new Events();
    }

    /** The member is there. Called once: the duties begin if it leads. */
    public void attach(Quorum member) {
        quorum.attach(member);
        execute(this::beginIfLeader);
        var unused =
                executors
                        .loop()
                        .scheduleWithFixedDelay(
                                this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void beginIfLeader() {
        if (quorum.isLeader()) {
            duties.begin();
        }
    }

    /** Before the member is attached there is nothing to begin with: {@link #attach} looks. */
    private void begin() {
        if (quorum.attached()) {
            duties.begin();
        }
    }

    private void execute(Runnable task) {
        try {
            executors.loop().execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("the controller is closed: news of the quorum come too late");
        }
    }

    private void tick() {
        try {
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

    /** Whether this node is the active controller, and its duties are taken up. */
    public boolean active() {
        return duties.active();
    }

    /** The member; knows nothing before one is attached. */
    public Quorum quorum() {
        return quorum;
    }

    /** Ends all streams. The executors are their owner's to stop, after this. */
    @Override
    public void close() {
        LogFailure stopping = LogFailure.of(LogError.SHUTTING_DOWN, "this controller stops");
        feed.endAll(StatusTranslator.toException(stopping));
        execute(duties::end);
    }

    /** The log, with this node's clock in each command. */
    private final class Log implements Proposer {
        @Override
        public ControllerState state() {
            return quorum.state();
        }

        @Override
        public boolean active() {
            return duties.active();
        }

        @Override
        public OptionalInt activeControllerId() {
            return quorum.leaderNodeId();
        }

        @Override
        public Optional<HostPort> apiAddress(int controllerId) {
            return quorum.apiAddress(controllerId);
        }

        @Override
        public SortedMap<Integer, HostPort> controllers() {
            return quorum.apiAddresses();
        }

        @Override
        public long term() {
            return quorum.term();
        }

        @Override
        public CompletableFuture<Applied> propose(Command command) {
            return quorum.submit(command, clock.wallMs());
        }
    }

    /** The member's news, which may come before it is attached. */
    private final class Events implements QuorumEvents {
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
            execute(ControllerServices.this::begin);
        }

        @Override
        public void notLeader() {
            execute(duties::end);
        }

        @Override
        public void removed() {
            quorum.detach();
            feed.endAll(Failures.notController(quorum));
            execute(duties::end);
        }

        @Override
        public void died(String why) {
            onDeath.accept(why);
        }
    }
}
