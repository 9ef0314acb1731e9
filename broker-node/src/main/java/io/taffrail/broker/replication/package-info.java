// SPDX-License-Identifier: Apache-2.0
/**
 * The replicas of this broker: which partitions it leads, how their logs grow and commit. Services
 * see {@link Partitions} and {@link PartitionLeader}, and nothing below.
 */
package io.taffrail.broker.replication;
