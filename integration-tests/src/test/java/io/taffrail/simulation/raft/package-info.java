// SPDX-License-Identifier: Apache-2.0
/**
 * The controllers' log in the simulation, in the place of Ratis, which brings its own threads: a
 * small Raft with elections, lost entries, snapshots and members that lag, on virtual time.
 */
package io.taffrail.simulation.raft;
