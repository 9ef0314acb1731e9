// SPDX-License-Identifier: Apache-2.0
/**
 * The controllers' replicated log as the services see it: what is proposed to it, and what it
 * tells. Raft implements it; a simulation may put an ordered log of its own in its place.
 */
package io.taffrail.controller.quorum;
