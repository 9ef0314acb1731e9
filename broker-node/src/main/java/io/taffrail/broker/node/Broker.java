// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.netty.buffer.ByteBufAllocator;
import io.taffrail.api.LogFailure;
import io.taffrail.broker.config.ControllerAddress;
import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.fetch.FetchEnvironment;
import io.taffrail.broker.fetch.FetchMethods;
import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.lifecycle.BrokerIdentity;
import io.taffrail.broker.lifecycle.BrokerSession;
import io.taffrail.broker.lifecycle.FaultReporter;
import io.taffrail.broker.lifecycle.ProposalSender;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ClusterState;
import io.taffrail.broker.metadata.ControllerChannels;
import io.taffrail.broker.metadata.ControllerClient;
import io.taffrail.broker.metadata.MetadataFollower;
import io.taffrail.broker.peer.PeerChannels;
import io.taffrail.broker.produce.ProduceMethods;
import io.taffrail.broker.produce.ProduceServices;
import io.taffrail.broker.replication.PartitionFinder;
import io.taffrail.broker.replication.ReplicaEnvironment;
import io.taffrail.broker.replication.ReplicaLogs;
import io.taffrail.broker.replication.ReplicaUpkeep;
import io.taffrail.broker.replication.Replicas;
import io.taffrail.broker.replication.ReplicationFinder;
import io.taffrail.broker.replication.stream.CatchUpThrottle;
import io.taffrail.broker.replication.stream.FeedEnvironment;
import io.taffrail.broker.replication.stream.FetcherEnvironment;
import io.taffrail.broker.replication.stream.FetcherLimits;
import io.taffrail.broker.replication.stream.FollowerIdentity;
import io.taffrail.broker.replication.stream.LeaderChannels;
import io.taffrail.broker.replication.stream.ReplicaFeeds;
import io.taffrail.broker.replication.stream.ReplicaFetchers;
import io.taffrail.broker.rpc.AdminMethods;
import io.taffrail.broker.rpc.LogServiceDefinition;
import io.taffrail.broker.rpc.NodeFacts;
import io.taffrail.broker.rpc.ProgressMethod;
import io.taffrail.broker.rpc.ProgressReports;
import io.taffrail.broker.rpc.WatchTopicsMethod;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.storage.DataDirectoryException;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.RetentionClock;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker of a node: its parts, wired. It joins the cluster once its services can be reached,
 * and is ready when the controllers count it as alive and all of its logs are open.
 */
public final class Broker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final int HEARTBEATS_PER_TIMEOUT = 6;
    private static final Duration HAND_OVER = Duration.ofSeconds(10);

    private final NodeConfig config;
    private final DataDirectory directory;
    private final NodeExecutors threads;
    private final ControllerChannels channels;
    private final ClusterState cluster;
    private final PeerChannels peers;
    private final Forwarding forwarding;
    private final AtomicLong brokerEpoch = new AtomicLong(-1);
    private final FaultReporter faults;
    private final CatchUpThrottle throttle;
    private final ReplicaFetchers fetchers;
    private final Replicas replicas;
    private final PartitionFinder finder;
    private final DataDirectoryWatch disk;
    private final BrokerSession session;
    private final MetadataFollower follower;
    private final ReplicaUpkeep upkeep;
    private final FetchMethods fetch;
    private final List<ServerServiceDefinition> services;
    private volatile boolean inEffect; // the first image since the registration
    private volatile boolean wasInSync; // once, since the start: then it may be the next one's turn
    private volatile boolean stopping;

    /**
     * Opens nothing yet and connects to nobody.
     *
     * @param listen where the API will listen
     * @param threads for this broker alone
     * @param onDeath told what makes it impossible to go on
     */
    public Broker(
            NodeConfig config,
            HostPort listen,
            NodeEnvironment environment,
            DataDirectory directory,
            NodeExecutors threads,
            NodeMetrics metrics,
            Consumer<String> onDeath) {
        this.config = config;
        this.directory = directory;
        this.threads = threads;
        FileSystem files = environment.files();
        Clock clock = environment.clock();
        channels = new ControllerChannels(controllers(listen), environment.connections());
        cluster = new ClusterState(threads.timer(), channels::active);
        peers = new PeerChannels(environment.connections());
        cluster.subscribe(peers::retainOnly); // for as long as there is a cluster
        forwarding = new Forwarding(peers, cluster, threads.timer(), threads.workers(), clock);
        faults = new FaultReporter(config.nodeId(), channels, threads.timer(), clock);
        long reserveBytes = config.storage().reserveBytes();
        DiskReserve reserve = new DiskReserve(files, directory.path(), clock, reserveBytes);
        throttle = new CatchUpThrottle(clock, CatchUpThrottle.UNLIMITED);
        fetchers =
                new ReplicaFetchers(
                        new FetcherEnvironment(
                                new FollowerIdentity(
                                        config.nodeId(), cluster::clusterId, brokerEpoch::get),
                                LeaderChannels.of(cluster, peers),
                                throttle,
                                threads.appenders(),
                                threads.blocking(),
                                threads.timer(),
                                clock,
                                new Random(
                                        environment.machine().newId().getLeastSignificantBits())),
                        FetcherLimits.DEFAULT);
        replicas =
                new Replicas(
                        new ReplicaEnvironment(
                                config.nodeId(),
                                directory.directoryId(),
                                brokerEpoch::get,
                                environment.rules(),
                                config.replication().lag(),
                                clock,
                                threads.blocking(),
                                faults,
                                new ProposalSender(config.nodeId(), brokerEpoch::get, channels),
                                fetchers),
                        new ReplicaLogs(files, clock, threads.flushers(), reserve, directory),
                        config.topics().defaults());
        metrics.watch(replicas.counts());
        finder = new PartitionFinder(config.nodeId(), cluster, replicas);
        session =
                new BrokerSession(
                        identity(listen, environment.machine().newId()),
                        directory,
                        channels,
                        cluster,
                        this::health,
                        onDeath,
                        threads.session(),
                        config.sessionTimeout().dividedBy(HEARTBEATS_PER_TIMEOUT));
        cluster.askCommitIndexBy(session::commitIndex);
        disk =
                new DataDirectoryWatch(
                        files,
                        directory,
                        reserve,
                        reserveBytes,
                        replicas,
                        faults,
                        session::healthChanged);
        follower =
                new MetadataFollower(
                        config.nodeId(),
                        channels,
                        cluster,
                        session,
                        new ReplicasFollow(),
                        clock,
                        threads.metadata());
        upkeep =
                new ReplicaUpkeep(
                        replicas,
                        new RetentionClock(clock),
                        new ReplicaUpkeep.Intervals(
                                config.storage().retentionInterval(),
                                config.storage().compactionInterval(),
                                config.storage().checkpointInterval(),
                                config.storage().scrubInterval()),
                        threads.timer(),
                        threads.upkeep());
        ServingPath servingPath = environment.servingPath().get();
        LOG.info("entries of the log reach the network {}", servingPath);
        fetch =
                new FetchMethods(
                        new FetchEnvironment(
                                config.nodeId(),
                                finder,
                                forwarding,
                                cluster,
                                threads.readers(),
                                threads.timer(),
                                clock),
                        config.limits().fetch(),
                        metrics,
                        servingPath);
        services = services(metrics, clock);
    }

    private Map<Integer, HostPort> controllers(HostPort listen) {
        Map<Integer, HostPort> addresses = new TreeMap<>();
        for (ControllerAddress controller : config.controllers()) {
            addresses.put(
                    controller.id(),
                    controller.id() == config.nodeId() ? reachable(listen) : controller.api());
        }
        return addresses;
    }

    /** One's own server that listens on all addresses is reached on the loopback. */
    private static HostPort reachable(HostPort listen) {
        return switch (listen.host()) {
            case "0.0.0.0" -> new HostPort("127.0.0.1", listen.port());
            case "::" -> new HostPort("::1", listen.port());
            default -> listen;
        };
    }

    private BrokerIdentity identity(HostPort listen, UUID incarnationId) {
        return new BrokerIdentity(
                config.nodeId(),
                incarnationId,
                List.of(new Endpoint(Endpoint.Kind.API, config.listen().advertised(listen.port()))),
                config.rack(),
                SoftwareVersion.text());
    }

    private List<ServerServiceDefinition> services(NodeMetrics metrics, Clock clock) {
        ActiveController controller =
                new ControllerClient(channels, cluster, clock, threads.timer());
        ProduceMethods produce =
                new ProduceMethods(
                        new ProduceServices(
                                config.nodeId(),
                                finder,
                                forwarding,
                                cluster,
                                controller,
                                threads.workers(),
                                threads.timer(),
                                clock,
                                config.limits().produce(),
                                metrics));
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        methods.add(produce.produce());
        methods.add(produce.append());
        methods.add(produce.initProducer());
        methods.addAll(fetch.definitions());
        methods.add(new WatchTopicsMethod(cluster, threads.timer()).definition());
        ProgressMethod progress = new ProgressMethod(cluster, finder, threads.timer());
        AdminMethods admin =
                new AdminMethods(
                        cluster,
                        controller,
                        finder,
                        forwarding,
                        new ProgressReports(config.nodeId(), cluster, progress, peers),
                        disk,
                        new NodeFacts(
                                config.nodeId(),
                                new TreeSet<>(channels.ids()),
                                config.topics().defaults(),
                                config.limits().api().maxRequestBytes()),
                        threads.timer());
        ReplicaFeeds feeds =
                new ReplicaFeeds(
                        new FeedEnvironment(
                                config.nodeId(),
                                cluster,
                                new ReplicationFinder(config.nodeId(), cluster, replicas),
                                threads.readers(),
                                threads.timer(),
                                clock),
                        fetch.injecting());
        return List.of(
                LogServiceDefinition.of(methods),
                admin.service(),
                feeds.service(),
                progress.service());
    }

    /** What it holds, for who looks from outside. */
    public Replicas replicas() {
        return replicas;
    }

    /** What clients call, and other brokers. */
    public List<ServerServiceDefinition> services() {
        return services;
    }

    /** Of the buffers of connections. */
    ByteBufAllocator allocator() {
        return fetch.childAllocator();
    }

    /** What is done with each image. */
    private final class ReplicasFollow implements MetadataFollower.Effect {
        @Override
        public void applyImage(MetadataImage image) throws IOException {
            throttle.setBytesPerSecond(catchUpRate(image));
            replicas.applyImage(image);
            if (!inEffect) {
                inEffect = true;
                LOG.info(
                        "{} replicas are open, {} of them led here; {} bytes verified",
                        replicas.counts().all(),
                        replicas.counts().leading(),
                        replicas.counts().verifiedBytes());
                session.healthChanged();
            }
        }

        @Override
        public void applyChanges(MetadataImage image, List<MetadataChange> changes)
                throws IOException {
            throttle.setBytesPerSecond(catchUpRate(image));
            replicas.applyChanges(image, changes);
        }
    }

    private long catchUpRate(MetadataImage image) {
        long limit = image.moveThrottle().orElse(config.replication().catchUpBytesPerSecond());
        return limit == 0 ? CatchUpThrottle.UNLIMITED : limit;
    }

    private BrokerSession.Health health() {
        return new BrokerSession.Health(
                inEffect && faults.allReported(),
                follower.isApplying(),
                disk.readOnly(),
                faults.directorySlow() ? List.of(directory.directoryId()) : List.of(),
                faults.directoryOffline() ? List.of(directory.directoryId()) : List.of(),
                fetchers.unreachableLeaders());
    }

    /**
     * Joins the cluster, in the background.
     *
     * @param onReady told when this broker becomes ready, and when it is no more
     */
    @SuppressWarnings("FutureReturnValueIgnored") // never fails; without an answer nothing happens
    public void join(Consumer<Boolean> onReady) {
        threads.upkeep().execute(disk::look);
        everySecond(() -> onReady.accept(!stopping && notReadyReasons().isEmpty()));
        session.start().thenAccept(this::joined);
    }

    /** Clients that watch here would never hear who leads elsewhere by now. */
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the threads are stopped
    private void lookForControllers(long answersBefore) {
        threads.timer()
                .schedule(
                        () -> {
                            if (stopping) {
                                return;
                            }
                            long answers = session.answers();
                            if (answers == answersBefore) {
                                cluster.outOfTouch();
                            }
                            lookForControllers(answers);
                        },
                        config.sessionTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void joined(long registered) {
        LOG.info(
                "joined cluster {} as broker {}, epoch {}",
                cluster.clusterId(),
                config.nodeId(),
                registered);
        brokerEpoch.set(registered);
        faults.registered(registered);
        follower.start(registered);
        lookForControllers(session.answers());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the threads are stopped
    private void everySecond(Runnable tell) {
        threads.upkeep()
                .scheduleWithFixedDelay(
                        () -> {
                            disk.look();
                            tell.run();
                        },
                        100,
                        1000,
                        TimeUnit.MILLISECONDS);
    }

    /** What is missing before this broker can serve; empty: nothing. */
    public List<String> notReadyReasons() {
        List<String> reasons = new ArrayList<>();
        if (stopping) {
            reasons.add("the broker is stopping");
        } else if (cluster.clusterId().isEmpty()) {
            reasons.add("the broker is not registered with a controller");
        } else if (!inEffect) {
            reasons.add("the logs are being opened");
        } else if (!faults.allReported()) {
            reasons.add("a controller has not heard yet of the replicas that are faulty");
        } else if (session.fenced()) {
            reasons.add("the controllers do not count the broker as alive");
        } else if (cluster.image().version().index() < session.unfencedIndex()) {
            reasons.add("the broker has not heard yet of the partitions that it leads");
        } else if (!wasInSync) {
            int behind = replicas.counts().notInSync();
            wasInSync = behind == 0;
            if (behind > 0) {
                reasons.add(behind + " replicas are not in sync with their leaders yet");
            }
        }
        return reasons;
    }

    /**
     * Gives the leaderships to others, and finds nothing here from then on (P11). Completes when
     * that is done, or after a while all the same; never fails.
     */
    public CompletableFuture<Void> handOver() {
        stopping = true;
        replicas.beginHandOver();
        LOG.info("stopping: handing over {} partitions", replicas.counts().leading());
        CompletableFuture<Void> left = session.leave();
        giveUpAfter(HAND_OVER, left);
        return left.handle(this::handedOver);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is given up tells
    private void giveUpAfter(Duration atMost, CompletableFuture<Void> waited) {
        threads.timer()
                .schedule(
                        () -> waited.completeExceptionally(new TimeoutException()),
                        atMost.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private Void handedOver(Void left, Throwable failure) {
        if (failure != null) {
            LOG.warn("the leaderships were not handed over within {}", HAND_OVER, failure);
        }
        LogFailure why =
                LogFailure.of(LogError.SHUTTING_DOWN, "broker " + config.nodeId() + " is stopping");
        finder.close(why);
        replicas.resignAll(why);
        return null;
    }

    /**
     * Closes every log, and marks the directory as left in order (P3). Completes when that is done;
     * never fails.
     */
    public CompletableFuture<Void> closeLogs() {
        upkeep.close();
        fetchers.close();
        return follower.stop().thenRunAsync(this::closeAndMark, threads.metadata());
    }

    private void closeAndMark() {
        Optional<Map<String, Long>> ends = replicas.close();
        if (ends.isPresent() && directory.brokerEpoch().isPresent()) {
            try {
                directory.writeCleanMark(
                        new CleanMark(directory.brokerEpoch().getAsLong(), ends.get()));
                LOG.info("stopped: {} logs are closed", ends.get().size());
            } catch (DataDirectoryException e) {
                LOG.warn("no mark of a clean stop: the next start verifies every log", e);
            }
        }
    }

    /** Lets everything go as it is. */
    @Override
    public void close() {
        stopping = true;
        upkeep.close();
        session.close();
        follower.close();
        fetchers.close();
        channels.close();
        peers.close();
        replicas.abandon();
    }
}
