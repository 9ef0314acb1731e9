// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.ControllerSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** How Ratis is set up. Each value that is not its default was measured or bitten by. */
final class RaftSettings {
    private static final int STAGING_GAP_ENTRIES = 1;

    private RaftSettings() {}

    static RaftProperties of(ControllerSettings settings) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(properties, List.of(settings.raftDirectory().toFile()));
        GrpcConfigKeys.Server.setHost(properties, settings.raftListen().host());
        GrpcConfigKeys.Server.setPort(properties, settings.raftListen().port());
        elections(properties, Math.toIntExact(settings.electionTimeout().toMillis()));
        firstElection(properties, settings.peers().size() == 1);
        changes(properties);
        replication(properties, Math.toIntExact(settings.electionTimeout().toMillis()));
        log(properties);
        snapshots(properties, settings.snapshotThresholdEntries());
        return properties;
    }

    /**
     * Heartbeats come twice in a timeout. A follower that wakes before its time is up sleeps a
     * whole one again: a leader that is gone is noticed within one to two of them.
     */
    private static void elections(RaftProperties properties, int timeoutMs) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(timeoutMs));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(timeoutMs * 7 / 4));
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                properties, millis(5 * timeoutMs));
    }

    /** A member that is alone has nobody to wait for. */
    private static void firstElection(RaftProperties properties, boolean alone) {
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(alone ? 20 : 150));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(alone ? 40 : 400));
    }

    /** A new member votes once it holds what is committed (P5). */
    private static void changes(RaftProperties properties) {
        RaftServerConfigKeys.setStagingCatchupGap(properties, STAGING_GAP_ENTRIES);
        RaftServerConfigKeys.setStagingTimeout(properties, millis(10_000));
    }

    /**
     * By default, a follower that has entries from some index in hand acknowledges whatever else
     * comes from that index, however far it reaches: more than it will hold.
     *
     * <p>Also by default, a leader that failed often waits 5 s before it tries again: the follower,
     * back meanwhile, takes it for dead. What is waited varies by half; less than a quarter of the
     * timeout, when the next heartbeat is due, would be spent turning in a circle.
     */
    private static void replication(RaftProperties properties, int electionTimeoutMs) {
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(
                properties,
                String.format(
                        "1ms,10, %dms,%d", Math.max(1, electionTimeoutMs / 2), Integer.MAX_VALUE));
    }

    private static void log(RaftProperties properties) {
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("32MB"));
        // A warning instead would drop committed entries behind a flipped bit.
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties, CorruptionPolicy.EXCEPTION);
        RaftServerConfigKeys.RetryCache.setExpiryTime(
                properties, TimeDuration.valueOf(60, TimeUnit.SECONDS));
    }

    private static void snapshots(RaftProperties properties, long thresholdEntries) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, thresholdEntries);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
        // Else one dead member would keep the log for ever; it gets a snapshot when it is back.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, (int) Math.min(1024, thresholdEntries));
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(
                properties, Math.min(10_000, thresholdEntries / 4));
    }

    private static TimeDuration millis(int millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
