// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.model.TopicId;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A partition as a client names it.
 *
 * @param topicId if the client knows it: another topic of the same name is not meant (KIP-516)
 * @param leaderEpoch the newest that the client knows (KIP-320)
 */
public record PartitionQuery(
        String topic, int partition, Optional<TopicId> topicId, OptionalInt leaderEpoch) {}
