// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.segment.TimestampType;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.model.config.TopicSetting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes the settings of a log out of those of its topic. */
final class LogSettings {
    private final TopicDefaults defaults;

    LogSettings(TopicDefaults defaults) {
        this.defaults = defaults;
    }

    /** What counts for the topic of {@code partition}, as {@code image} has it. */
    LogConfig of(TopicPartition partition, MetadataImage image) {
        return of(image.topic(partition.topicId()).orElseThrow().topic().configs());
    }

    /** What counts for a topic with these settings of its own, which the controller has checked. */
    private LogConfig of(Map<String, String> own) {
        List<String> policies = List.of(text(own, TopicSetting.CLEANUP_POLICY).split(",", -1));
        long retentionMs = number(own, TopicSetting.RETENTION_MS);
        long retentionBytes = number(own, TopicSetting.RETENTION_BYTES);
        return new LogConfig(
                text(own, TopicSetting.FLUSH).equals("os") ? FlushPolicy.OS : FlushPolicy.COMMIT,
                text(own, TopicSetting.TIMESTAMP).equals("append")
                        ? TimestampType.APPEND
                        : TimestampType.CREATE,
                policies.contains("compact"),
                policies.contains("delete"),
                (int) number(own, TopicSetting.SEGMENT_BYTES),
                Duration.ofMillis(number(own, TopicSetting.SEGMENT_MS)),
                retentionMs < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(retentionMs)),
                retentionBytes < 0 ? OptionalLong.empty() : OptionalLong.of(retentionBytes),
                Duration.ofMillis(number(own, TopicSetting.DELETE_RETENTION_MS)),
                (int) number(own, TopicSetting.MAX_MESSAGE_BYTES),
                LogConfig.DEFAULT.indexIntervalBytes());
    }

    private String text(Map<String, String> own, TopicSetting setting) {
        return defaults.effective(own, setting);
    }

    private long number(Map<String, String> own, TopicSetting setting) {
        return Long.parseLong(text(own, setting));
    }
}
