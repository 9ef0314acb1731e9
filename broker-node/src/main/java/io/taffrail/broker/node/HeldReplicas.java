// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.config.StorageConfig;
import io.taffrail.broker.lifecycle.FaultReporter;
import io.taffrail.broker.lifecycle.ProposalSender;
import io.taffrail.broker.replication.PartitionFinder;
import io.taffrail.broker.replication.ReplicaEnvironment;
import io.taffrail.broker.replication.ReplicaLogs;
import io.taffrail.broker.replication.ReplicaUpkeep;
import io.taffrail.broker.replication.Replicas;
import io.taffrail.broker.replication.stream.CatchUpThrottle;
import io.taffrail.broker.replication.stream.FetcherEnvironment;
import io.taffrail.broker.replication.stream.FetcherLimits;
import io.taffrail.broker.replication.stream.FollowerIdentity;
import io.taffrail.broker.replication.stream.LeaderChannels;
import io.taffrail.broker.replication.stream.ReplicaFetchers;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.RetentionClock;
import io.taffrail.model.cluster.MetadataImage;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * The replicas of a broker, and what works for them.
 *
 * @param reserve of the disk that they are on
 * @param faults reports what happens to them
 * @param throttle of what catches up
 * @param fetchers bring entries from leaders
 * @param finder leads services to what is led here
 * @param upkeep ages, compacts, verifies, and expires requests
 */
record HeldReplicas(
        DiskReserve reserve,
        FaultReporter faults,
        CatchUpThrottle throttle,
        ReplicaFetchers fetchers,
        Replicas replicas,
        PartitionFinder finder,
        ReplicaUpkeep upkeep) {
    /**
     * Opens nothing yet.
     *
     * @param brokerEpoch of the registration
     */
    static HeldReplicas in(BrokerSetting setting, ClusterLinks links, LongSupplier brokerEpoch) {
        NodeConfig config = setting.config();
        DiskReserve reserve =
                new DiskReserve(
                        setting.environment().files(),
                        setting.directory().path(),
                        setting.clock(),
                        config.storage().reserveBytes());
        FaultReporter faults =
                new FaultReporter(
                        setting.brokerId(),
                        links.controllers(),
                        setting.threads().timer(),
                        setting.clock());
        CatchUpThrottle throttle = new CatchUpThrottle(setting.clock(), CatchUpThrottle.UNLIMITED);
        ReplicaFetchers fetchers = fetchers(setting, links, brokerEpoch, throttle);
        Replicas replicas =
                new Replicas(
                        new ReplicaEnvironment(
                                setting.brokerId(),
                                setting.directory().directoryId(),
                                brokerEpoch,
                                setting.environment().rules(),
                                config.replication().lag(),
                                setting.clock(),
                                setting.threads().blocking(),
                                faults,
                                new ProposalSender(
                                        setting.brokerId(), brokerEpoch, links.controllers()),
                                fetchers),
                        new ReplicaLogs(
                                setting.environment().files(),
                                setting.clock(),
                                setting.threads().flushers(),
                                reserve,
                                setting.directory()),
                        config.topics().defaults());
        return new HeldReplicas(
                reserve,
                faults,
                throttle,
                fetchers,
                replicas,
                new PartitionFinder(setting.brokerId(), links.cluster(), replicas),
                upkeep(setting, replicas));
    }

    private static ReplicaFetchers fetchers(
            BrokerSetting setting,
            ClusterLinks links,
            LongSupplier brokerEpoch,
            CatchUpThrottle throttle) {
        NodeExecutors threads = setting.threads();
        return new ReplicaFetchers(
                new FetcherEnvironment(
                        new FollowerIdentity(
                                setting.brokerId(), links.cluster()::clusterId, brokerEpoch),
                        LeaderChannels.of(links.cluster(), links.peers()),
                        throttle,
                        threads.appenders(),
                        threads.blocking(),
                        threads.timer(),
                        setting.clock(),
                        new Random(
                                setting.environment().machine().newId().getLeastSignificantBits())),
                FetcherLimits.DEFAULT);
    }

    private static ReplicaUpkeep upkeep(BrokerSetting setting, Replicas replicas) {
        StorageConfig storage = setting.config().storage();
        return new ReplicaUpkeep(
                replicas,
                new RetentionClock(setting.clock()),
                new ReplicaUpkeep.Intervals(
                        storage.retentionInterval(),
                        storage.compactionInterval(),
                        storage.checkpointInterval(),
                        storage.scrubInterval()),
                setting.threads().timer(),
                setting.threads().upkeep());
    }

    /** The metadata may say how fast replicas are moved; {@code configured} holds where not. */
    void throttleAs(MetadataImage image, long configured) {
        long limit = image.moveThrottle().orElse(configured);
        throttle.setBytesPerSecond(limit == 0 ? CatchUpThrottle.UNLIMITED : limit);
    }
}
