// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.model.TopicId;

/**
 * A topic in a line.
 *
 * @param replicationFactor replicas that each partition should have
 * @param internal one of Taffrail's own
 */
public record TopicSummary(
        String topic,
        TopicId topicId,
        int partitionCount,
        int replicationFactor,
        boolean internal) {}
