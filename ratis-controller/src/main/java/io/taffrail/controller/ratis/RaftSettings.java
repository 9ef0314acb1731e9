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
    private static final int MEMBERS_ALONE = 1;

    private RaftSettings() {}

    static RaftProperties of(ControllerSettings settings) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(properties, List.of(settings.raftDirectory().toFile()));
        GrpcConfigKeys.Server.setHost(properties, settings.raftListen().host());
        GrpcConfigKeys.Server.setPort(properties, settings.raftListen().port());
        elections(properties, settings.peers().size());
        log(properties);
        snapshots(properties, settings.snapshotThresholdEntries());
        return properties;
    }

    /** A member that is alone has nobody to wait for. */
    private static void elections(RaftProperties properties, int members) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(1000));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(2000));
        boolean alone = members == MEMBERS_ALONE;
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(alone ? 20 : 150));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(alone ? 40 : 400));
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, millis(2500));
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
