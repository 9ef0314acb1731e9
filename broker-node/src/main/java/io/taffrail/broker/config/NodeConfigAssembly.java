// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import io.taffrail.broker.fetch.FetchLimits;
import io.taffrail.broker.produce.ProduceLimits;
import io.taffrail.broker.rpc.ApiLimits;
import io.taffrail.model.HostPort;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.model.config.TopicSetting;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Makes the records out of values that are all sound and go together. */
record NodeConfigAssembly(ConfigValues values) {
    NodeConfig assemble() {
        return new NodeConfig(
                values.get(ConfigTable.NODE_ID),
                values.get(ConfigTable.ROLES),
                values.get(ConfigTable.RACK),
                listen(),
                controllers(),
                values.get(ConfigTable.ELECTION_TIMEOUT),
                values.get(ConfigTable.SESSION_TIMEOUT),
                topics(),
                storage(),
                new ReplicationConfig(
                        values.get(ConfigTable.REPLICA_LAG), values.get(ConfigTable.CATCH_UP_RATE)),
                new LimitsConfig(api(), produce(), fetch()),
                values.get(ConfigTable.LOG_FORMAT));
    }

    private ListenConfig listen() {
        return new ListenConfig(
                values.get(ConfigTable.API_LISTEN),
                values.get(ConfigTable.API_ADVERTISED),
                values.get(ConfigTable.RAFT_LISTEN),
                values.get(ConfigTable.HTTP_LISTEN));
    }

    private List<ControllerAddress> controllers() {
        List<ControllerAddress> given = values.get(ConfigTable.CONTROLLERS);
        return given.isEmpty() ? List.of(thisNodeAlone()) : given;
    }

    private ControllerAddress thisNodeAlone() {
        HostPort raft = values.get(ConfigTable.RAFT_LISTEN);
        return new ControllerAddress(
                values.get(ConfigTable.NODE_ID),
                Hosts.isWildcard(raft.host()) ? "127.0.0.1" : raft.host(),
                raft.port(),
                values.get(ConfigTable.API_LISTEN).port());
    }

    private TopicsConfig topics() {
        Map<TopicSetting, String> defaults = new EnumMap<>(TopicSetting.class);
        for (TopicSetting setting : TopicSetting.values()) {
            ConfigKey<String> key = ConfigTable.topicDefault(setting);
            if (values.isGiven(key)) {
                defaults.put(setting, values.get(key));
            }
        }
        return new TopicsConfig(
                new TopicDefaults(defaults),
                values.get(ConfigTable.DEFAULT_PARTITIONS),
                values.get(ConfigTable.DEFAULT_REPLICATION_FACTOR));
    }

    private StorageConfig storage() {
        return new StorageConfig(
                values.get(ConfigTable.DATA_DIR),
                values.get(ConfigTable.DISK_RESERVE),
                values.get(ConfigTable.RETENTION_INTERVAL),
                values.get(ConfigTable.COMPACTION_INTERVAL),
                values.get(ConfigTable.CHECKPOINT_INTERVAL),
                values.get(ConfigTable.SCRUB_INTERVAL),
                values.get(ConfigTable.REPLACE_LOST_DISKS));
    }

    private ApiLimits api() {
        return new ApiLimits(
                values.get(ConfigTable.MAX_CONNECTIONS),
                values.get(ConfigTable.MAX_STREAMS),
                Math.toIntExact(values.get(ConfigTable.MAX_REQUEST)),
                values.get(ConfigTable.CONNECTION_AGE),
                values.get(ConfigTable.STOP_GRACE));
    }

    private ProduceLimits produce() {
        return ProduceLimits.DEFAULT.withMaxWaitingBytes(
                Math.toIntExact(values.get(ConfigTable.PRODUCE_WAITING)));
    }

    private FetchLimits fetch() {
        FetchLimits others = FetchLimits.DEFAULT;
        return new FetchLimits(
                others.maxSlotsPerStream(),
                others.maxCreditBytes(),
                Math.toIntExact(values.get(ConfigTable.FETCH_RESPONSE)),
                others.onReadyThresholdBytes(),
                values.get(ConfigTable.FETCH_BUFFER),
                others.idleInterval(),
                others.tailAge());
    }
}
