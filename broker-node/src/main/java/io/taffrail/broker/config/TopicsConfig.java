// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import io.taffrail.model.config.TopicDefaults;

/**
 * What a topic gets that does not say otherwise.
 *
 * @param defaults of its settings
 * @param partitions how many, from 1
 * @param replicationFactor how many replicas each; 0: three, or as many as there are brokers if
 *     these are fewer
 */
public record TopicsConfig(TopicDefaults defaults, int partitions, int replicationFactor) {}
