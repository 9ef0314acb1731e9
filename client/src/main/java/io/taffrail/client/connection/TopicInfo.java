// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.taffrail.model.cluster.MetadataVersion;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is known of a topic.
 *
 * @param topicId as text
 * @param version of the metadata that said so
 * @param leaders partition n is at n
 */
public record TopicInfo(
        String topic, String topicId, MetadataVersion version, List<Leader> leaders) {
    /**
     * Who leads a partition.
     *
     * @param id empty: nobody at present
     * @param epoch counts also while there is nobody
     */
    public record Leader(OptionalInt id, int epoch) {}

    public TopicInfo {
        leaders = List.copyOf(leaders);
    }

    public int partitionCount() {
        return leaders.size();
    }
}
