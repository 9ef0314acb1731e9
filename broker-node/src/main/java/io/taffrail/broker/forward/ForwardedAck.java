// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import io.taffrail.api.v1.ProduceAck;

/**
 * What another broker answered to an append.
 *
 * @param leaderEpoch in which it leads
 */
public record ForwardedAck(ProduceAck ack, int leaderEpoch) {}
