// SPDX-License-Identifier: Apache-2.0
/**
 * gRPC over a network that is simulated: the stubs and services that are really there, on {@link
 * io.taffrail.simulation.network.SimChannel} and {@link
 * io.taffrail.simulation.network.SimServerCall}. Every message is marshalled, travels as an event
 * on virtual time, and is parsed at the other end. A connection keeps its order, as TCP does; when
 * it breaks, what was on its way is lost.
 */
package io.taffrail.simulation.network;
