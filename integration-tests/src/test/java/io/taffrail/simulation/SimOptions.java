// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

/**
 * What a cluster is made of, and what it stores.
 *
 * @param flush of the topic: {@code commit} or {@code os}
 */
public record SimOptions(
        int controllers,
        int brokers,
        int partitions,
        int replicationFactor,
        int minIsr,
        String flush) {
    /** One controller, one broker, one replica. */
    public static final SimOptions ALONE = new SimOptions(1, 1, 1, 1, 1, "commit");

    /** What most clusters are like. */
    public static final SimOptions USUAL = new SimOptions(3, 3, 2, 3, 2, "commit");

    /** One broker more than replicas, so that they can be moved. */
    public static final SimOptions ROOMY = USUAL.withBrokers(4);

    public SimOptions withFlush(String policy) {
        return new SimOptions(controllers, brokers, partitions, replicationFactor, minIsr, policy);
    }

    public SimOptions withBrokers(int count) {
        return new SimOptions(controllers, count, partitions, replicationFactor, minIsr, flush);
    }
}
