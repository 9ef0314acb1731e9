// SPDX-License-Identifier: Apache-2.0
/**
 * How entries come from leaders to followers (P12). A {@link
 * io.taffrail.broker.replication.stream.ReplicaFetchers fetcher} of the follower holds one call for
 * each leader and class of traffic; a {@link io.taffrail.broker.replication.stream.ReplicaFeeds
 * feed} of the leader pushes what is appended, within the credit that the fetcher grants. What is
 * sent and what becomes of it is decided elsewhere: here are slots, credit, turns and broken
 * connections.
 */
package io.taffrail.broker.replication.stream;
