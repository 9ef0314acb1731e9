// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import io.taffrail.broker.fetch.FetchLimits;
import io.taffrail.broker.produce.ProduceLimits;
import io.taffrail.broker.rpc.ApiLimits;

/**
 * How much others may ask of this node.
 *
 * @param api everybody, of the API
 * @param produce those who write
 * @param fetch those who read
 */
public record LimitsConfig(ApiLimits api, ProduceLimits produce, FetchLimits fetch) {}
