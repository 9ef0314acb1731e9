// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.taffrail.api.v1.ConfigEntry;
import io.taffrail.api.v1.ConfigSource;
import io.taffrail.api.v1.Partitioner;
import io.taffrail.api.v1.TopicDescription;
import io.taffrail.api.v1.TopicSummary;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.model.config.TopicSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Topics as clients see them: their settings with where each comes from. */
final class TopicDescriptions {
    private final TopicDefaults defaults;

    TopicDescriptions(TopicDefaults defaults) {
        this.defaults = defaults;
    }

    static TopicSummary summary(TopicEntry topic, int partitionCount) {
        return TopicSummary.newBuilder()
                .setTopic(topic.name())
                .setTopicId(topic.topicId().toString())
                .setPartitionCount(partitionCount)
                .setReplicationFactor(topic.replicationFactor())
                .setInternal(topic.internal())
                .build();
    }

    /** Without partitions. */
    TopicDescription.Builder description(TopicEntry topic, int partitionCount) {
        return TopicDescription.newBuilder()
                .setTopic(topic.name())
                .setTopicId(topic.topicId().toString())
                .setPartitionCount(partitionCount)
                .setReplicationFactor(topic.replicationFactor())
                .setInternal(topic.internal())
                .setPartitioner(partitioner(topic.partitioner()))
                .addAllConfigs(configs(topic));
    }

    /** All settings, by name; those too that only a later version knows. */
    List<ConfigEntry> configs(TopicEntry topic) {
        SortedMap<String, ConfigEntry> byName = new TreeMap<>();
        topic.configs()
                .forEach(
                        (name, value) ->
                                byName.put(
                                        name,
                                        ConfigEntry.newBuilder()
                                                .setName(name)
                                                .setValue(value)
                                                .setSource(ConfigSource.CONFIG_SOURCE_TOPIC)
                                                .build()));
        for (TopicSetting setting : TopicSetting.values()) {
            byName.put(setting.key(), config(topic, setting));
        }
        return new ArrayList<>(byName.values());
    }

    private ConfigEntry config(TopicEntry topic, TopicSetting setting) {
        return ConfigEntry.newBuilder()
                .setName(setting.key())
                .setValue(inEffect(topic, setting, defaults.effective(topic.configs(), setting)))
                .setSource(source(topic, setting))
                .setInheritedValue(inEffect(topic, setting, defaults.inherited(setting)))
                .setReadOnly(setting.fixed())
                .setDocumentation(setting.documentation())
                .build();
    }

    /** Unset, min.insync.replicas is a majority: the number says more than nothing. */
    private static String inEffect(TopicEntry topic, TopicSetting setting, String value) {
        return setting == TopicSetting.MIN_INSYNC_REPLICAS && value.isEmpty()
                ? Integer.toString(topic.replicationFactor() / 2 + 1)
                : value;
    }

    private ConfigSource source(TopicEntry topic, TopicSetting setting) {
        if (topic.configs().containsKey(setting.key())) {
            return ConfigSource.CONFIG_SOURCE_TOPIC;
        }
        return defaults.values().containsKey(setting)
                ? ConfigSource.CONFIG_SOURCE_CLUSTER
                : ConfigSource.CONFIG_SOURCE_DEFAULT;
    }

    static Partitioner partitioner(PartitionerType partitioner) {
        return switch (partitioner) {
            case MURMUR2 -> Partitioner.PARTITIONER_MURMUR2;
        };
    }
}
