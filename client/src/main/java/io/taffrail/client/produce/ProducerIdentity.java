// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

/**
 * Who an idempotent producer is in a partition (KIP-98, P23).
 *
 * @param id 0: nobody, nothing is recognised
 * @param epoch the newest that a partition has seen fences older ones
 */
record ProducerIdentity(long id, int epoch) {
    static final ProducerIdentity NONE = new ProducerIdentity(0, 0);
}
