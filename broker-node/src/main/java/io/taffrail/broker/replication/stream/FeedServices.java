// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.broker.fetch.serve.ByteBudget;

/**
 * What all feeds share.
 *
 * @param held counts the bytes that are on their way
 */
record FeedServices(FeedEnvironment environment, FeedReads reads, ByteBudget held) {}
