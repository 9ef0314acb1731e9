// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.lifecycle;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.DirectoryIdTranslator;
import io.taffrail.api.EndpointTranslator;
import io.taffrail.api.LogFailure;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.internal.v1.ControllerEndpoint;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.api.internal.v1.DirectoryRegistration;
import io.taffrail.api.internal.v1.Heartbeat;
import io.taffrail.api.internal.v1.RegisterBroker;
import io.taffrail.api.internal.v1.SessionRequest;
import io.taffrail.api.internal.v1.SessionResponse;
import io.taffrail.broker.metadata.ClusterState;
import io.taffrail.broker.metadata.ControllerChannels;
import io.taffrail.broker.metadata.ControllerContact;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.storage.DataDirectoryException;
import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.DirectoryId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's session with the active controller: registers this process, then gives signs of life
 * until it leaves (P1, P6). A session that breaks is taken up again, at whichever controller is
 * active; the data goes on being served meanwhile.
 *
 * <p>All of it runs on one thread, {@code executor}'s; what others ask is handed over.
 */
public final class BrokerSession implements ControllerContact, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);
    private static final Duration BACK_OFF = Duration.ofMillis(100);
    private static final Duration IMPATIENCE = Duration.ofMillis(20);

    /**
     * An answer is due within so many heartbeats: the controller may stand still, or be cut off.
     */
    private static final int SILENT_HEARTBEATS = 3;

    /**
     * What a sign of life says of this broker.
     *
     * @param applying whether it is putting into effect what the metadata feed brought
     */
    public record Health(
            boolean recovered,
            boolean applying,
            boolean readOnly,
            List<DirectoryId> slowDirectories,
            List<DirectoryId> offlineDirectories,
            Set<Integer> unreachableBrokers) {}

    private final BrokerIdentity identity;
    private final DataDirectory directory;
    private final ControllerChannels channels;
    private final ClusterState cluster;
    private final Supplier<Health> health;
    private final Consumer<String> refused;
    private final ScheduledExecutorService executor;
    private final Duration heartbeatInterval;
    private final CompletableFuture<Long> registered = new CompletableFuture<>();
    private final CompletableFuture<Void> mayStop = new CompletableFuture<>();
    private final AtomicLong answers = new AtomicLong();
    private volatile long committedIndex;
    private volatile long unfencedIndex;
    private volatile boolean fenced = true;
    private volatile boolean closed;

    // Only the executor's thread
    private final List<CompletableFuture<Long>> questions = new ArrayList<>();
    private final List<CompletableFuture<Long>> asked = new ArrayList<>();
    private final Set<String> told = new HashSet<>(); // failures since the last answer
    private StreamObserver<SessionRequest> stream;
    private int generation; // of the stream: answers of an earlier one are dropped
    private int connectedTo;
    private long term;
    private boolean unanswered;
    private int silentFor; // heartbeats
    private OptionalLong replaces; // the registration that this process takes the place of
    private boolean leaving;

    /**
     * @param refused told, once, why no controller will ever take this broker: the process ends
     * @param executor one thread; the session's own
     */
    public BrokerSession(
            BrokerIdentity identity,
            DataDirectory directory,
            ControllerChannels channels,
            ClusterState cluster,
            Supplier<Health> health,
            Consumer<String> refused,
            ScheduledExecutorService executor,
            Duration heartbeatInterval) {
        this.identity = identity;
        this.directory = directory;
        this.channels = channels;
        this.cluster = cluster;
        this.health = health;
        this.refused = refused;
        this.executor = executor;
        this.heartbeatInterval = heartbeatInterval;
        this.replaces = directory.brokerEpoch();
    }

    /**
     * Completes with the broker epoch once the first registration is committed, and stored here.
     */
    public CompletableFuture<Long> start() {
        executor.execute(this::connect);
        later(heartbeatInterval, this::beatOnAndOn);
        return registered;
    }

    private void beatOnAndOn() {
        if (!closed) {
            lookForSilence();
            beat();
            later(heartbeatInterval, this::beatOnAndOn);
        }
    }

    /**
     * A controller that is paused keeps its connections, and another one is active by then: to wait
     * for it is to be fenced (P6).
     */
    private void lookForSilence() {
        silentFor = unanswered && stream != null ? silentFor + 1 : 0;
        if (silentFor > SILENT_HEARTBEATS) {
            silentFor = 0;
            Status silence = Status.UNAVAILABLE.withDescription("it is silent");
            stream.onError(silence.asException());
            generation++; // what it may still say is not heard
            broke(connectedTo, silence.asException());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // failures are logged here, and nobody waits
    private void later(Duration delay, Runnable event) {
        executor.schedule(
                () -> {
                    try {
                        event.run();
                    } catch (RuntimeException e) {
                        LOG.error("the session with the controller failed, and goes on", e);
                    }
                },
                delay.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Whether the controllers count this broker as not alive, as far as is known. */
    public boolean fenced() {
        return fenced;
    }

    /**
     * How far the controllers were when they began to count this broker as alive: from there on it
     * leads what it shall lead.
     */
    public long unfencedIndex() {
        return unfencedIndex;
    }

    @Override
    public long answers() {
        return answers.get();
    }

    @Override
    public long committedIndex() {
        return committedIndex;
    }

    /** The active controller's commit index, as of a question that was asked after this call. */
    public CompletableFuture<Long> commitIndex() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        executor.execute(
                () -> {
                    questions.add(answer);
                    beat();
                });
        return answer;
    }

    /** Something that a sign of life says has changed: says it at once. */
    public void healthChanged() {
        executor.execute(this::beat);
    }

    /**
     * Asks to leave: leaderships are handed over (P11). Completes once nothing waits for this
     * broker any more.
     */
    public CompletableFuture<Void> leave() {
        executor.execute(
                () -> {
                    leaving = true;
                    beat();
                });
        return mayStop;
    }

    private void connect() {
        if (closed) {
            return;
        }
        int controller = channels.next();
        int mine = ++generation;
        connectedTo = controller;
        unanswered = true;
        stream =
                ControllerServiceGrpc.newStub(channels.channel(controller))
                        .session(
                                new StreamObserver<SessionResponse>() {
                                    @Override
                                    public void onNext(SessionResponse response) {
                                        handOver(mine, () -> answered(controller, response));
                                    }

                                    @Override
                                    public void onError(Throwable failure) {
                                        handOver(mine, () -> broke(controller, failure));
                                    }

                                    @Override
                                    public void onCompleted() {
                                        handOver(
                                                mine,
                                                () ->
                                                        broke(
                                                                controller,
                                                                Status.UNAVAILABLE
                                                                        .withDescription(
                                                                                "it ended the"
                                                                                        + " session")
                                                                        .asException()));
                                    }
                                });
        stream.onNext(SessionRequest.newBuilder().setRegister(registration()).build());
    }

    private void handOver(int from, Runnable event) {
        executor.execute(
                () -> {
                    if (from == generation && !closed) {
                        event.run();
                    }
                });
    }

    private RegisterBroker registration() {
        DirectoryRegistration.Builder registration =
                DirectoryRegistration.newBuilder()
                        .setDirectoryId(DirectoryIdTranslator.toProto(directory.directoryId()))
                        .setSameBoot(directory.sameBoot());
        directory.brokerEpoch().ifPresent(registration::setStoredBrokerEpoch);
        directory
                .cleanMark()
                .map(CleanMark::brokerEpoch)
                .ifPresent(registration::setCleanShutdownEpoch);
        RegisterBroker.Builder builder =
                RegisterBroker.newBuilder()
                        .setClusterId(directory.clusterId().orElse(""))
                        .setBrokerId(identity.brokerId())
                        .setIncarnationId(
                                DirectoryIdTranslator.toProto(
                                        new DirectoryId(identity.incarnationId())))
                        .setRack(identity.rack().orElse(""))
                        .addDirectories(registration)
                        .setMinFeatureLevel(BrokerIdentity.MIN_FEATURE_LEVEL)
                        .setMaxFeatureLevel(BrokerIdentity.MAX_FEATURE_LEVEL)
                        .setSoftwareVersion(identity.softwareVersion())
                        .setReplacesBrokerEpoch(replaces.orElse(0));
        identity.endpoints()
                .forEach(endpoint -> builder.addEndpoints(EndpointTranslator.toProto(endpoint)));
        return builder.build();
    }

    private static Map<Integer, HostPort> controllers(SessionResponse response) {
        Map<Integer, HostPort> controllers = new TreeMap<>();
        for (ControllerEndpoint each : response.getControllersList()) {
            controllers.put(each.getNodeId(), HostPort.parse(each.getApiAddress()));
        }
        return controllers;
    }

    private void answered(int controller, SessionResponse response) {
        if (response.getTerm() < term) {
            return; // of a controller that has been replaced
        }
        term = response.getTerm();
        committedIndex = response.getCommitIndex();
        answers.incrementAndGet();
        unanswered = false;
        channels.are(controllers(response));
        channels.isActive(controller);
        if (!told.isEmpty()) {
            told.clear();
            LOG.info("the session is with controller {} now, in term {}", controller, term);
        }
        if (!registered.isDone() && !store(response)) {
            return;
        }
        if (fenced && !response.getFenced()) {
            unfencedIndex = response.getCommitIndex();
        }
        fenced = response.getFenced();
        asked.forEach(question -> question.complete(response.getCommitIndex()));
        asked.clear();
        if (leaving && response.getMayStop()) {
            mayStop.complete(null);
        } else if (!questions.isEmpty()) {
            beat();
        } else if (leaving || (fenced && health.get().recovered())) {
            // A broker that waits for something is quick to say how far it is.
            later(IMPATIENCE, this::beat);
        }
    }

    /** Before anything is acknowledged under the epoch, it is on the disk (P2). */
    private boolean store(SessionResponse response) {
        try {
            directory.joinCluster(response.getClusterId());
            directory.storeBrokerEpoch(response.getBrokerEpoch());
        } catch (DataDirectoryException e) {
            refused.accept(e.getMessage());
            return false;
        }
        cluster.joined(response.getClusterId());
        registered.complete(response.getBrokerEpoch());
        return true;
    }

    /** Once until a controller answers: without one they are all asked again and again. */
    private void tell(String failure) {
        if (told.add(failure)) {
            LOG.info(failure);
        }
    }

    private void broke(int controller, Throwable failure) {
        stream = null;
        asked.clear(); // those who asked have set themselves a time
        Optional<LogFailure> said = StatusTranslator.fromException(failure);
        Status status = Status.fromThrowable(failure);
        channels.isNotActive(controller, said);
        if (mayPass(status) || isToldAnotherRegistration(said)) {
            tell(
                    "the session with controller %d ended: %s, %s"
                            .formatted(controller, status.getCode(), status.getDescription()));
            later(BACK_OFF, this::connect);
        } else {
            refused.accept(
                    "controller "
                            + controller
                            + " refuses this broker, whose data is in "
                            + directory.path()
                            + ": "
                            + status.getDescription());
        }
    }

    /**
     * A process that replaces another names the registration that it knows of, so that a message of
     * a dead one, which comes late, replaces nothing (P1). Told the present one, it tries again.
     */
    private boolean isToldAnotherRegistration(Optional<LogFailure> said) {
        OptionalLong present =
                said.filter(failure -> failure.error() == LogError.STALE_EPOCH)
                        .map(failure -> failure.metadata().get("current_epoch"))
                        .filter(epoch -> epoch.matches("[0-9]{1,18}"))
                        .map(epoch -> OptionalLong.of(Long.parseLong(epoch)))
                        .orElse(OptionalLong.empty());
        if (registered.isDone() || present.isEmpty() || present.equals(replaces)) {
            return false;
        }
        replaces = present;
        return true;
    }

    /** ABORTED: another process has registered as this broker, and two must not take turns (P2). */
    private static boolean mayPass(Status status) {
        return switch (status.getCode()) {
            case ABORTED, FAILED_PRECONDITION, INVALID_ARGUMENT, PERMISSION_DENIED -> false;
            default -> true;
        };
    }

    /** One sign of life is on its way at a time: a controller that is slow is not flooded. */
    private void beat() {
        if (stream == null || unanswered || closed) {
            return;
        }
        Health now = health.get();
        Heartbeat.Builder heartbeat =
                Heartbeat.newBuilder()
                        .setApplied(MetadataTranslator.toProto(cluster.image().version()))
                        .setRecovered(now.recovered())
                        .setApplying(now.applying())
                        .setReadOnly(now.readOnly())
                        .setShuttingDown(leaving);
        now.slowDirectories()
                .forEach(id -> heartbeat.addSlowDirectoryIds(DirectoryIdTranslator.toProto(id)));
        now.offlineDirectories()
                .forEach(id -> heartbeat.addOfflineDirectoryIds(DirectoryIdTranslator.toProto(id)));
        heartbeat.addAllUnreachableBrokerIds(now.unreachableBrokers());
        unanswered = true;
        asked.addAll(questions);
        questions.clear();
        stream.onNext(SessionRequest.newBuilder().setHeartbeat(heartbeat).build());
    }

    /** Breaks the session off: the controllers notice. */
    @Override
    public void close() {
        closed = true;
        executor.execute(
                () -> {
                    if (stream != null) {
                        stream.onCompleted();
                        stream = null;
                    }
                });
    }
}
