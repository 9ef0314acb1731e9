// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.grpc.ServerServiceDefinition;
import io.netty.buffer.ByteBufAllocator;
import io.taffrail.api.LogFailure;
import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.replication.Replicas;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.storage.DataDirectoryException;
import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker of a node, from its making to its end. It joins the cluster once its services can be
 * reached, and is ready when the controllers count it as alive and all of its logs are open.
 *
 * <p>Its parts, each on those before it: {@link ClusterLinks}, {@link HeldReplicas}, {@link
 * Membership}, {@link BrokerServices}. They are stopped here, in the order that keeps what was
 * promised. Safe for any thread.
 */
public final class Broker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private final BrokerSetting setting;
    private final ClusterLinks links;
    private final HeldReplicas held;
    private final Membership membership;
    private final BrokerServices services;

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
        AtomicLong brokerEpoch = new AtomicLong(-1);
        setting = new BrokerSetting(config, listen, environment, directory, threads);
        links = ClusterLinks.in(setting);
        held = HeldReplicas.in(setting, links, brokerEpoch::get);
        membership = new Membership(setting, links, held, brokerEpoch, onDeath);
        services = new BrokerServices(setting, links, held, membership.disk(), metrics);
        metrics.watch(held.replicas().counts());
    }

    /** What it holds, for who looks from outside. */
    public Replicas replicas() {
        return held.replicas();
    }

    /** What clients call, and other brokers. */
    public List<ServerServiceDefinition> services() {
        return services.definitions();
    }

    /** Of the buffers of connections. */
    ByteBufAllocator allocator() {
        return services.allocator();
    }

    /** What is missing before this broker can serve; empty: nothing. */
    public List<String> notReadyReasons() {
        return membership.readiness().missing();
    }

    /**
     * Joins the cluster, in the background.
     *
     * @param onReady told when this broker becomes ready, and when it is no more
     */
    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the threads are stopped
    public void join(Consumer<Boolean> onReady) {
        setting.threads().upkeep().execute(membership.disk()::look);
        setting.threads()
                .upkeep()
                .scheduleWithFixedDelay(
                        () -> {
                            membership.disk().look();
                            onReady.accept(notReadyReasons().isEmpty());
                        },
                        100,
                        1000,
                        TimeUnit.MILLISECONDS);
        membership.join();
    }

    /**
     * Gives the leaderships to others, and finds nothing here from then on (P11). Completes when
     * that is done, or after a while all the same; never fails.
     */
    public CompletableFuture<Void> handOver() {
        membership.readiness().onStopping();
        held.replicas().beginHandOver();
        LOG.info("stopping: handing over {} partitions", held.replicas().counts().leading());
        return membership.leave().thenRun(this::handedOver);
    }

    private void handedOver() {
        LogFailure why =
                LogFailure.of(
                        LogError.SHUTTING_DOWN, "broker " + setting.brokerId() + " is stopping");
        held.finder().close(why);
        held.replicas().resignAll(why);
    }

    /**
     * Closes every log, and marks the directory as left in order (P3). Completes when that is done;
     * never fails.
     */
    public CompletableFuture<Void> closeLogs() {
        held.upkeep().close();
        held.fetchers().close();
        return membership
                .stopFollowing()
                .thenRunAsync(this::closeAndMark, setting.threads().metadata());
    }

    private void closeAndMark() {
        Optional<Map<String, Long>> ends = held.replicas().close();
        DataDirectory directory = setting.directory();
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
        membership.readiness().onStopping();
        held.upkeep().close();
        membership.close();
        held.fetchers().close();
        links.close();
        held.replicas().abandon();
    }
}
