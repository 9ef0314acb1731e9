// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.InjectingAllocator;
import java.util.Optional;

/**
 * What all streams share.
 *
 * @param injecting takes direct buffers into answers without a copy; empty if that does not work
 *     here
 */
record FetchServices(
        FetchEnvironment environment,
        FetchLimits limits,
        FetchObserver observer,
        LogReads reads,
        ByteBudget budget,
        Optional<InjectingAllocator> injecting) {}
