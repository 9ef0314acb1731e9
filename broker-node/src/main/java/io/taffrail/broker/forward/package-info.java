// SPDX-License-Identifier: Apache-2.0
/**
 * The door: what a client asks of this broker and another one leads is passed on to that one, one
 * hop at most, and the answers back. Batches pass as the bytes they came as.
 *
 * <p>What is passed on always names the topic's id, the newest leader epoch known here, and {@code
 * ROUTING_DIRECT_ONLY}: a broker that does not lead refuses it. Nothing is sent twice, and what has
 * begun at one leader never moves to another: it ends, and the client begins anew (P14). Credit is
 * the client's own, from end to end: this broker asks a leader for no more than the client takes.
 */
package io.taffrail.broker.forward;
