// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import io.taffrail.broker.fetch.serve.ByteBudget;

/** What all streams share. */
record FetchServices(
        FetchEnvironment environment,
        FetchLimits limits,
        FetchObserver observer,
        LogReads reads,
        ByteBudget budget) {}
