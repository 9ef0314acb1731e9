// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.LogFailure;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.internal.v1.ControllerEndpoint;
import io.taffrail.api.internal.v1.Heartbeat;
import io.taffrail.api.internal.v1.RegisterBroker;
import io.taffrail.api.internal.v1.SessionResponse;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Reply;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.ratis.BrokerCommands;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the active controller does for brokers' sessions: registers, answers heartbeats, proposes
 * fences and their end (P6). All of it runs on the controller's thread, so that messages which are
 * there are handled before a timer judges.
 */
final class SessionDuties {
    private static final Logger log = LoggerFactory.getLogger(SessionDuties.class);

    private final Supplier<String> clusterId;
    private final Proposer proposer;
    private final Clock clock;
    private final BrokerSessions sessions;
    private final Executor loop;
    private final Executor probes;
    private final PortProbe probe;
    private final boolean replaceLostDisks;
    private final Map<Integer, SessionStream> streams = new HashMap<>();
    private final Set<Integer> fencing = new HashSet<>();

    SessionDuties(
            Supplier<String> clusterId,
            Proposer proposer,
            Clock clock,
            BrokerSessions sessions,
            Executor loop,
            Executor probes,
            PortProbe probe,
            boolean replaceLostDisks) {
        this.clusterId = clusterId;
        this.proposer = proposer;
        this.clock = clock;
        this.sessions = sessions;
        this.loop = loop;
        this.probes = probes;
        this.probe = probe;
        this.replaceLostDisks = replaceLostDisks;
    }

    /** On the controller's thread; a bug there must not end it. */
    void run(Runnable work) {
        try {
            loop.execute(() -> guard(work));
        } catch (RejectedExecutionException e) {
            log.debug("the controller is closed: a message of a session comes too late");
        }
    }

    private static void guard(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.error("a session's message could not be handled", e);
        }
    }

    /** This controller became the active one. */
    void begin() {
        fencing.clear();
        sessions.begin(proposer.state().image(), clock.nanoTime());
    }

    /** This controller is not the active one, or has no majority. */
    void endAll() {
        List<SessionStream> open = new ArrayList<>(streams.values());
        streams.clear();
        open.forEach(stream -> stream.end(Failures.notController(proposer)));
    }

    /** To be called often. */
    void tick() {
        MetadataImage image = proposer.state().image();
        for (BrokerEntry broker : sessions.due(image, clock.nanoTime())) {
            if (fencing.add(broker.brokerId())) {
                fence(broker);
            }
        }
        image.brokers().forEach(this::lookFor);
    }

    /**
     * P6: the active controller before this one may have died together with a broker in its
     * process: nobody saw that session break, and there is none to wait for.
     */
    private void lookFor(BrokerEntry broker) {
        if (sessions.takeProbe(broker, clock.nanoTime()) && !isHere(broker)) {
            broker.apiAddress()
                    .ifPresent(address -> probe(broker.brokerId(), broker.brokerEpoch(), address));
        }
    }

    /** A broker in this process is only about to register. */
    private boolean isHere(BrokerEntry broker) {
        OptionalInt here = proposer.activeControllerId();
        return here.isPresent() && here.getAsInt() == broker.brokerId();
    }

    private void fence(BrokerEntry broker) {
        log.info("broker {} is out of contact: it is fenced", broker.brokerId());
        Command fence =
                new Command.FenceBroker(broker.brokerId(), broker.brokerEpoch(), proposer.term());
        then(
                proposer.propose(fence),
                applied -> {
                    fencing.remove(broker.brokerId());
                    sessions.fenced(broker.brokerId(), clock.nanoTime());
                },
                failure -> fencing.remove(broker.brokerId()));
    }

    void register(SessionStream stream, RegisterBroker request) {
        requireActive();
        if (!request.getClusterId().isEmpty() && !request.getClusterId().equals(clusterId.get())) {
            throw Status.FAILED_PRECONDITION
                    .withDescription(
                            "this is the cluster "
                                    + clusterId.get()
                                    + ", and broker "
                                    + request.getBrokerId()
                                    + " belongs to the cluster "
                                    + request.getClusterId())
                    .asRuntimeException();
        }
        Command.RegisterBroker command =
                BrokerCommands.toModel(
                        request.toBuilder().setReplaceLostDisk(replaceLostDisks).build());
        requireNoTwin(command);
        then(proposer.propose(command), applied -> registered(stream, applied), stream::end);
    }

    /** P2: two machines with one node id must not take it from each other in turn. */
    private void requireNoTwin(Command.RegisterBroker command) {
        SortedSet<DirectoryId> claimed =
                command.directories().stream()
                        .map(Command.DirectoryClaim::id)
                        .collect(Collectors.toCollection(TreeSet::new));
        boolean twin =
                sessions.isLive(command.brokerId(), clock.nanoTime())
                        && streams.containsKey(command.brokerId())
                        && proposer.state()
                                .image()
                                .broker(command.brokerId())
                                .filter(
                                        known ->
                                                known.directories().stream()
                                                        .noneMatch(
                                                                directory ->
                                                                        claimed.contains(
                                                                                directory.id())))
                                .isPresent();
        if (twin) {
            throw Status.FAILED_PRECONDITION
                    .withDescription(
                            "another process is alive as broker "
                                    + command.brokerId()
                                    + " on other directories: give each node its own node.id")
                    .asRuntimeException();
        }
    }

    private void registered(SessionStream stream, Applied applied) {
        if (applied.decision().reply() instanceof Reply.Registered registered) {
            stream.registered(registered.brokerEpoch());
            sessions.opened(stream.brokerId(), registered.brokerEpoch(), clock.nanoTime());
            SessionStream before = streams.put(stream.brokerId(), stream);
            if (before != null) {
                before.replacedBy(stream);
            }
            answer(stream);
        } else {
            stream.end(Failures.refused(applied.decision().refusal().orElseThrow()));
        }
    }

    void heartbeat(SessionStream stream, Heartbeat heartbeat) {
        requireActive();
        long now = clock.nanoTime();
        BrokerEntry broker = current(stream);
        sessions.heard(
                broker.brokerId(),
                broker.brokerEpoch(),
                MetadataTranslator.toModel(heartbeat.getApplied()),
                Set.copyOf(heartbeat.getUnreachableBrokerIdsList()),
                now);
        if (heartbeat.getApplying()) {
            sessions.applying(broker.brokerId(), broker.brokerEpoch(), now);
        }
        List<Command> commands =
                stream.judge()
                        .commands(
                                proposer.state(),
                                broker,
                                heartbeat,
                                sessions.mayUnfence(broker.brokerId(), now),
                                proposer.term(),
                                now);
        CompletableFuture<?> proposed =
                CompletableFuture.allOf(
                        commands.stream()
                                .map(proposer::propose)
                                .toArray(CompletableFuture<?>[]::new));
        if (proposed.isDone() && !proposed.isCompletedExceptionally()) {
            answer(stream);
        } else {
            then(proposed, done -> answer(stream), stream::end);
        }
    }

    private void requireActive() {
        if (!proposer.active()) {
            throw Failures.notController(proposer);
        }
    }

    /** The registration under which a stream speaks, if it is still the broker's. */
    private BrokerEntry current(SessionStream stream) {
        long epoch = stream.brokerEpoch().orElseThrow();
        return proposer.state()
                .image()
                .broker(stream.brokerId())
                .filter(broker -> broker.brokerEpoch() == epoch)
                .orElseThrow(
                        () ->
                                StatusTranslator.toException(
                                        LogFailure.of(
                                                LogError.STALE_EPOCH,
                                                "broker "
                                                        + stream.brokerId()
                                                        + " was registered again since "
                                                        + epoch)));
    }

    private void answer(SessionStream stream) {
        ControllerState state = proposer.state();
        BrokerEntry broker;
        try {
            broker = current(stream);
        } catch (StatusRuntimeException e) {
            stream.end(e);
            return;
        }
        stream.answer(
                SessionResponse.newBuilder()
                        .setTerm(proposer.term())
                        .setBrokerEpoch(broker.brokerEpoch())
                        .setCommitIndex(state.image().version().index())
                        .setFenced(broker.fenced())
                        .setMayStop(broker.shuttingDown() && mayStop(stream, state))
                        .setClusterId(clusterId.get())
                        .addAllControllers(controllers())
                        .build());
    }

    /** One that is alone may move to other ports, which only its configuration tells. */
    private List<ControllerEndpoint> controllers() {
        List<ControllerEndpoint> endpoints = new ArrayList<>();
        proposer.controllers()
                .forEach(
                        (nodeId, address) ->
                                endpoints.add(
                                        ControllerEndpoint.newBuilder()
                                                .setNodeId(nodeId)
                                                .setApiAddress(address.toString())
                                                .build()));
        return endpoints.size() > 1 ? endpoints : List.of();
    }

    /** P11: nobody waits for this broker any more once all others know that it leads nothing. */
    private boolean mayStop(SessionStream stream, ControllerState state) {
        long left = stream.leftAtIndex(state.image().version().index());
        return state.image().brokers().stream()
                .filter(BrokerEntry::active)
                .allMatch(
                        other ->
                                sessions.applied(other.brokerId())
                                                .map(MetadataVersion::index)
                                                .orElse(0L)
                                        >= left);
    }

    /** A stream is over, from either side. */
    void ended(SessionStream stream) {
        if (stream.brokerEpoch().isEmpty() || !streams.remove(stream.brokerId(), stream)) {
            return;
        }
        int brokerId = stream.brokerId();
        long epoch = stream.brokerEpoch().getAsLong();
        sessions.broken(brokerId, epoch, clock.nanoTime());
        proposer.state().image().broker(brokerId).ifPresent(this::lookFor);
    }

    private void probe(int brokerId, long epoch, HostPort address) {
        try {
            probes.execute(
                    () -> {
                        if (probe.isGone(address)) {
                            run(() -> sessions.gone(brokerId, epoch, clock.nanoTime()));
                        }
                    });
        } catch (RejectedExecutionException e) {
            log.debug("the controller is closed: broker {} is not looked for", brokerId);
        }
    }

    /** Goes on, on the controller's thread. */
    private <T> void then(
            CompletableFuture<T> proposed,
            Consumer<T> success,
            Consumer<StatusRuntimeException> failure) {
        var unused =
                proposed.whenComplete(
                        (result, thrown) ->
                                run(
                                        () -> {
                                            if (thrown == null) {
                                                success.accept(result);
                                            } else {
                                                failure.accept(Failures.proposal(thrown, proposer));
                                            }
                                        }));
    }

    /** A fenced broker that speaks to this controller is starting: its disk is not lost (P2). */
    void requireGone(int brokerId) {
        boolean fenced =
                proposer.state().image().broker(brokerId).filter(BrokerEntry::fenced).isPresent();
        if (fenced
                && streams.containsKey(brokerId)
                && sessions.isLive(brokerId, clock.nanoTime())) {
            throw Status.FAILED_PRECONDITION
                    .withDescription(
                            "broker "
                                    + brokerId
                                    + " is starting: its disk is in use, stop it first")
                    .asRuntimeException();
        }
    }

    /** Brokers that say they cannot reach a leader (P9). */
    SortedSet<Integer> cutOffFrom(int leaderId) {
        return sessions.cutOffFrom(leaderId);
    }
}
