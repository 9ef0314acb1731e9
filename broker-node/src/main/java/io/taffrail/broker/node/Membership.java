// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.lifecycle.BrokerIdentity;
import io.taffrail.broker.lifecycle.BrokerSession;
import io.taffrail.broker.metadata.MetadataFollower;
import io.taffrail.broker.replication.Replicas;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker's part in the cluster: it registers, gives signs of life, puts into effect what the
 * metadata says, and leaves. Safe for any thread; what images do runs on the metadata thread.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final int HEARTBEATS_PER_TIMEOUT = 6;
    private static final Duration HAND_OVER = Duration.ofSeconds(10);

    private final BrokerSetting setting;
    private final ClusterLinks links;
    private final HeldReplicas held;
    private final AtomicLong brokerEpoch;
    private final BrokerSession session;
    private final Readiness readiness;
    private final DataDirectoryWatch disk;
    private final MetadataFollower follower;

    /**
     * Connects to nobody yet.
     *
     * @param brokerEpoch set once it is registered
     * @param onDeath told what makes it impossible to go on
     */
    Membership(
            BrokerSetting setting,
            ClusterLinks links,
            HeldReplicas held,
            AtomicLong brokerEpoch,
            Consumer<String> onDeath) {
        this.setting = setting;
        this.links = links;
        this.held = held;
        this.brokerEpoch = brokerEpoch;
        session =
                new BrokerSession(
                        identity(),
                        setting.directory(),
                        links.controllers(),
                        links.cluster(),
                        this::health,
                        onDeath,
                        setting.threads().session(),
                        setting.config().sessionTimeout().dividedBy(HEARTBEATS_PER_TIMEOUT));
        links.cluster().askCommitIndexBy(session::commitIndex);
        readiness =
                new Readiness(links.cluster(), session, held.faults(), held.replicas().counts());
        disk =
                new DataDirectoryWatch(
                        setting.environment().files(),
                        setting.directory(),
                        held.reserve(),
                        setting.config().storage().reserveBytes(),
                        held.replicas(),
                        held.faults(),
                        session::healthChanged);
        follower =
                new MetadataFollower(
                        setting.brokerId(),
                        links.controllers(),
                        links.cluster(),
                        session,
                        new ReplicasFollow(),
                        setting.environment().images(),
                        setting.clock(),
                        setting.threads().metadata());
    }

    private BrokerIdentity identity() {
        NodeConfig config = setting.config();
        UUID incarnationId = setting.environment().machine().newId();
        return new BrokerIdentity(
                setting.brokerId(),
                incarnationId,
                List.of(
                        new Endpoint(
                                Endpoint.Kind.API,
                                config.listen().advertised(setting.listen().port()))),
                config.rack(),
                SoftwareVersion.text());
    }

    private BrokerSession.Health health() {
        List<DirectoryId> directory = List.of(setting.directory().directoryId());
        return new BrokerSession.Health(
                readiness.isRecovered(),
                follower.isApplying(),
                disk.readOnly(),
                held.faults().directorySlow() ? directory : List.of(),
                held.faults().directoryOffline() ? directory : List.of(),
                held.fetchers().unreachableLeaders());
    }

    Readiness readiness() {
        return readiness;
    }

    /** The disk as it was seen last. */
    DataDirectoryWatch disk() {
        return disk;
    }

    /** What is done with each image. */
    private final class ReplicasFollow implements MetadataFollower.Effect {
        private final Replicas replicas = held.replicas();

        @Override
        public void applyImage(MetadataImage image) throws IOException {
            throttle(image);
            replicas.applyImage(image);
            if (readiness.onInEffect()) {
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
            throttle(image);
            replicas.applyChanges(image, changes);
        }

        private void throttle(MetadataImage image) {
            held.throttleAs(image, setting.config().replication().catchUpBytesPerSecond());
        }
    }

    /** Registers, in the background, and goes on from there. */
    @SuppressWarnings("FutureReturnValueIgnored") // never fails; without an answer nothing happens
    void join() {
        session.start().thenAccept(this::joined);
    }

    private void joined(long registered) {
        LOG.info(
                "joined cluster {} as broker {}, epoch {}",
                links.cluster().clusterId(),
                setting.brokerId(),
                registered);
        brokerEpoch.set(registered);
        held.faults().registered(registered);
        follower.start(registered);
        lookForControllers(session.answers());
    }

    /** Clients that watch here would never hear who leads elsewhere by now. */
    private void lookForControllers(long answersBefore) {
        after(
                setting.config().sessionTimeout(),
                () -> {
                    if (readiness.isStopping()) {
                        return;
                    }
                    long answers = session.answers();
                    if (answers == answersBefore) {
                        links.cluster().outOfTouch();
                    }
                    lookForControllers(answers);
                });
    }

    /** Asks to be relieved of every leadership; given up after a while, never fails. */
    CompletableFuture<Void> leave() {
        CompletableFuture<Void> left = session.leave();
        after(HAND_OVER, () -> left.completeExceptionally(new TimeoutException()));
        return left.exceptionally(
                failure -> {
                    LOG.warn("the leaderships were not handed over within {}", HAND_OVER, failure);
                    return null;
                });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it runs unless the threads are stopped before
    private void after(Duration delay, Runnable event) {
        setting.threads().timer().schedule(event, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Follows the metadata no more; completes once what was begun is done. */
    CompletableFuture<Void> stopFollowing() {
        return follower.stop();
    }

    /** Lets go as it is. */
    void close() {
        session.close();
        follower.close();
    }
}
